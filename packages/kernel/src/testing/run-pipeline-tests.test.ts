import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { temporaryFolder } from '../conformance/temporary-folder.js'
import { testServices } from '../fixtures/test-engine.js'
import { testPoints } from '../fixtures/test-points.js'
import type { TestOutcome } from '../points/genesis-stage.js'
import { createMemoryStore } from '../run/memory-store.js'
import { checkAssertion } from './check-assertion.js'
import { runPipelineTests } from './run-pipeline-tests.js'

const pipeline = `pipeline: adds
inputs: { list: { type: array, items: { type: integer } } }
steps:
  - { id: size, uses: value, with: { value: '{{ inputs.list | size }}' } }
  - { id: twice, uses: value, with: { value: '{{ steps.size.output | times: 2 }}' } }
outputs: { twice: '{{ steps.twice.output }}' }
`

async function outcomes(tests: Readonly<Record<string, string>>): Promise<readonly TestOutcome[]> {
  const directory = await temporaryFolder()
  await mkdir(join(directory, 'tests'))
  await writeFile(join(directory, 'pipeline.yaml'), pipeline)
  for (const [name, text] of Object.entries(tests)) await writeFile(join(directory, 'tests', name), text)
  const before = await readdir(directory, { recursive: true })
  const result = await runPipelineTests(
    { directory },
    {
      createEngine: (projectRoot) =>
        createEngine({ points: testPoints(), services: testServices, store: createMemoryStore(Date.now), projectRoot }),
    },
  )
  expect(await readdir(directory, { recursive: true })).toEqual(before)
  return result
}

const one = async (text: string): Promise<TestOutcome | undefined> => (await outcomes({ 'a.test.yaml': text }))[0]

describe('a test of a pipeline', () => {
  it('passes when what it expects holds, and says what does not', async () => {
    expect(await one('test: doubles\ninputs: { list: [1, 2] }\nexpect: { assert: [{ path: outputs.twice, equals: 4 }] }')).toMatchObject({
      ok: true,
    })
    expect(await one('test: doubles\ninputs: { list: [1, 2] }\nexpect: { assert: [{ path: outputs.twice, equals: 5 }] }')).toMatchObject({
      ok: false,
      failures: ['outputs.twice should equal 5, but is 4'],
    })
  })

  it('of one step runs that step only, on what is given for the others', async () => {
    const unit = 'test: twice\nkind: unit\nstep: twice\nsteps: { size: 21 }\nexpect: { assert: [{ path: output, equals: 42 }] }'
    expect(await one(unit)).toMatchObject({ ok: true, kind: 'unit' })
    expect(await one(unit.replace('step: twice', 'step: nothing'))).toMatchObject({ ok: false })
  })

  it('may expect an error, and that one only', async () => {
    const text = 'test: refuses\ninputs: { list: many }\nexpect: { status: failed, error: INPUT_INVALID }'
    expect(await one(text)).toMatchObject({ ok: true })
    expect(await one(text.replace('INPUT_INVALID', 'INPUT_MISSING'))).toMatchObject({ ok: false })
  })

  it('that cannot be read is an error at its place', async () => {
    await expect(one('test: a\nexpext: {}')).rejects.toMatchObject({ code: 'INVALID_VALUE', place: { file: 'tests/a.test.yaml', line: 1 } })
    await expect(one('test: [a')).rejects.toMatchObject({ code: 'YAML_SYNTAX', place: { file: 'tests/a.test.yaml' } })
  })

  it('runs beside others, in the order of their names', async () => {
    const text = (name: string): string => `test: ${name}\ninputs: { list: [] }`
    expect(
      (await outcomes({ 'b.test.yaml': text('b'), 'a.test.yaml': text('a'), 'notes.yaml': ': not a test' })).map(({ name }) => name),
    ).toEqual(['a', 'b'])
  })
})

describe('an assertion', () => {
  const value = { list: [1, { a: 'x' }], text: 'Grüße', number: 3, nothing: null }

  it.each<[Parameters<typeof checkAssertion>[0], string | null]>([
    [{ path: 'list[1].a', equals: 'x' }, null],
    [{ path: 'list', has_length: 2 }, null],
    [{ path: 'list', contains: { a: 'x' } }, null],
    [{ path: 'text', matches: '^Gr' }, null],
    [{ path: 'number', at_most: 3, at_least: 3 }, null],
    [{ path: 'nothing', equals: null }, null],
    [{ path: 'list', not_contains: 2 }, null],
    [{ path: 'number', not_equals: 3 }, 'number should not have equals 3'],
    [{ path: 'list[7]', equals: 1 }, 'list[7] does not exist'],
    [{ path: 'list.constructor', equals: 1 }, 'list.constructor does not exist'],
    [{ path: 'number', matches: '3' }, 'number should match /3/, but is 3'],
    [{ path: 'text', at_most: 3 }, 'text should be at most 3, but is "Grüße"'],
    [{ path: 'number', schema: { type: 'string' } }, 'number should fit its schema: The value has to be string, not number., but is 3'],
  ])('%j: %s', (assertion, problem) => {
    expect(checkAssertion(assertion, value)).toBe(problem)
  })

  it('cannot hold up the tests with its pattern', () => {
    expect(checkAssertion({ path: 'text', not_matches: '^(a+)+$' }, { text: `${'a'.repeat(40)}!` })).toBeNull()
  })
})
