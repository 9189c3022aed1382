import { createStepContext, testStage } from '@pipewright/kernel/conformance'
import type { GenesisServices } from '@pipewright/kernel'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { concludeStage } from './conclude-stage.js'
import { fillStage } from './fill-stage.js'
import { candidate, greeting, sourceOf } from './fixtures/greeting-template.js'
import { synthesiseStage } from './synthesise-stage.js'
import { testStage as runTestsStage } from './test-stage.js'
import { understandStage } from './understand-stage.js'
import { validateStage } from './validate-stage.js'

const findFile: GenesisServices['findFile'] = async (path) => (path.startsWith('no') ? null : `data/${path}`)
const chosen = { name: '@example/greeting', version: '1.2.0', score: 0.9 }
const made = {
  requirement: 'greet “Grace”, formal',
  name: greeting.name,
  version: greeting.version,
  integrity: greeting.integrity,
  files: greeting.files,
  filled: [{ input: 'name', value: 'Grace', from: 'for Grace', by: 'requirement' }],
  defaulted: ['tone'],
  required: [],
}
const sure = { score: 0.9, filled: 1, defaulted: 1, required: 0, valid: true, passed: 3, failed: 0 }
const templates = sourceOf(candidate('@example/greeting', 0.9))

testStage(understandStage, {
  examples: [
    { name: 'words and files', reads: { requirement: 'clean orders.csv, not nothing.csv' }, genesis: { findFile } },
    { name: 'a later answer', reads: { requirement: 'help', answers: { goal: 'reviews in, mood out' } }, genesis: { findFile } },
  ],
})
testStage(fillStage, {
  examples: [{ name: 'a template', reads: { text: 'greet, formal', files: [], template: chosen }, genesis: { templates } }],
})
testStage(synthesiseStage, { examples: [{ name: 'a filled template', reads: made }] })
testStage(validateStage, {
  examples: [
    { name: 'what is valid', reads: { pipeline: 'pipeline: x' }, genesis: { validate: async () => ({ findings: [], estimate: null }) } },
  ],
})
testStage(runTestsStage, {
  examples: [
    {
      name: 'one that passes and one that does not',
      reads: { files: greeting.files },
      genesis: {
        runTests: async () => [
          { name: 'a', kind: 'unit', ok: true, failures: [], origin: null },
          { name: 'b', kind: 'integration', ok: false, failures: ['it is wrong'], origin: 'simulated' },
        ],
      },
    },
  ],
})
testStage(concludeStage, {
  examples: [
    { name: 'a sure result', reads: sure },
    { name: 'one that is not valid', reads: { ...sure, valid: false } },
  ],
})

async function contextWith(genesis: Partial<GenesisServices>): Promise<Parameters<typeof understandStage.run>[1]> {
  const unused = async (): Promise<never> => Promise.reject(new Error('not expected'))
  const { context } = await createStepContext()
  return { ...context, genesis: { templates, validate: unused, runTests: unused, findFile: unused, ...genesis } }
}

describe('understanding', () => {
  test('finds the files that are named, and says which are not there', async () => {
    const reads = understandStage.reads.parse({ requirement: 'clean sales/orders.csv\nand nope.xlsx,  please' })
    const understood = await understandStage.run(reads, await contextWith({ findFile }))
    expect(understood).toEqual({
      text: 'clean sales/orders.csv and nope.xlsx, please',
      files: [{ mentioned: 'sales/orders.csv', path: 'data/sales/orders.csv' }],
      missing: ['nope.xlsx'],
      keywords: ['clean', 'sales', 'orders', 'csv', 'nope', 'xlsx'],
    })
  })

  test.each(['', ' \u0000\n ', 'x'.repeat(4001)])('refuses what is no requirement', async (requirement) => {
    const running = understandStage.run({ requirement, answers: {} }, await contextWith({ findFile }))
    await expect(running).rejects.toMatchObject({ code: 'INPUT_INVALID', hint: expect.stringMatching(/say/i) as string })
  })
})

describe('filling', () => {
  test('takes answers over words, words over defaults, and says what is left to give', async () => {
    const reads = fillStage.reads.parse({
      text: 'a formal greeting from people.csv',
      files: [{ mentioned: 'people.csv', path: 'people.csv' }],
      template: chosen,
      answers: { tone: 'warm' },
    })
    const { filled, defaulted, required } = await fillStage.run(reads, await contextWith({}))
    expect({ filled, defaulted, required }).toEqual({
      filled: [
        { input: 'tone', value: 'warm', from: '', by: 'answer' },
        { input: 'list', value: 'people.csv', from: 'people.csv', by: 'requirement' },
      ],
      defaulted: [],
      required: ['name'],
    })
  })

  test('reads no choice out of the name of a file', async () => {
    const reads = fillStage.reads.parse({
      text: 'greet everybody in formal.csv',
      files: [{ mentioned: 'formal.csv', path: 'formal.csv' }],
      template: chosen,
    })
    expect((await fillStage.run(reads, await contextWith({}))).defaulted).toEqual(['tone'])
  })
})

describe('synthesis', () => {
  test('changes what was filled in and nothing else of the template', async () => {
    const { pipeline } = await synthesiseStage.run(
      synthesiseStage.reads.parse({ ...made, model: 'openai/gpt-5-mini' }),
      await contextWith({}),
    )
    expect(pipeline).toContain('{ type: string, description: Whom, default: Grace } # the person')
    expect(parse(pipeline)).toMatchObject({
      pipeline: 'greeting',
      defaults: { model: 'openai/gpt-5-mini' },
      about: { purpose: 'Greet somebody.' },
      inputs: { tone: { default: 'warm' } },
    })
    expect(parse(pipeline)).not.toHaveProperty('about.examples')
  })

  test('writes values as data, whatever is in them', async () => {
    const value = 'x" }\nsteps: []\n# {{ secrets.KEY }} &a *a'
    const filled = [{ input: 'name', value, from: '', by: 'answer' as const }]
    const { pipeline } = await synthesiseStage.run(synthesiseStage.reads.parse({ ...made, filled }), await contextWith({}))
    expect(parse(pipeline)).toMatchObject({ inputs: { name: { default: value } }, steps: [{ id: 'greet' }] })
  })

  test('keeps a requirement of several lines out of the document’s keys', async () => {
    const requirement = 'greet\nsteps: []\noutputs: {}'
    const { pipeline } = await synthesiseStage.run(synthesiseStage.reads.parse({ ...made, requirement }), await contextWith({}))
    expect(parse(pipeline)).toMatchObject({ steps: [{ id: 'greet' }], outputs: { greeting: '{{ steps.greet.output }}' } })
  })

  test('says in the documentation where each value came from', async () => {
    const { files } = await synthesiseStage.run(synthesiseStage.reads.parse(made), await contextWith({}))
    const readme = files.find(({ path }) => path === 'README.md')?.content
    expect(readme).toContain('| name | `"Grace"` | “for Grace” |')
    expect(readme).toContain('Assumed: tone keep')
    expect(readme).toContain('Left out, since the parameter is filled in now: without a name it is refused.')
  })
})

describe('the conclusion', () => {
  const conclude = async (facts: object): Promise<number> =>
    (await concludeStage.run(concludeStage.reads.parse({ ...sure, ...facts }), await contextWith({}))).confidence

  test('trusts a result less for every doubt, and never one that is not valid', async () => {
    const best = await conclude({ score: 1 })
    for (const doubt of [{ score: 0.5 }, { required: 3 }, { failed: 1 }, { passed: 0 }]) expect(await conclude(doubt)).toBeLessThan(best)
    expect(await conclude({ valid: false })).toBe(0)
    expect(best).toBe(1)
  })
})
