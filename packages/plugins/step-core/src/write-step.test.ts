import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createStepContext, testStep } from '@pipewright/kernel/conformance'
import { describe, expect, test } from 'vitest'
import { readStep } from './read-step.js'
import { writeStep } from './write-step.js'

testStep(writeStep, {
  examples: [
    { name: 'text', input: { path: 'out/a.md', content: '# Hello' } },
    { name: 'csv', input: { path: 'a.csv', content: [{ a: 1, b: 'x' }] } },
    {
      name: 'over another file',
      input: { path: 'a.txt', content: 'new', if_exists: 'overwrite' },
      context: () => ({ files: { 'a.txt': 'old' } }),
    },
    { name: 'beside another file', input: { path: 'a.txt', content: 'new' }, context: () => ({ files: { 'a.txt': 'old' } }) },
  ],
  refused: [{}, { path: '', content: 1 }, { path: 'a', content: 1, if_exists: 'append' }, { path: 'a', content: 1, format: 'xlsx' }],
})

type Options = Partial<Parameters<typeof writeStep.run>[0]>

async function write(path: string, content: unknown, options: Options = {}): Promise<string> {
  const { context, root } = await createStepContext()
  const { path: written } = await writeStep.run(writeStep.input.parse({ path, content, ...options }), context)
  return readFile(join(root, written), 'utf8')
}

describe('what is written', () => {
  test.each<[string, unknown, Options, string]>([
    ['a.txt', 'as it is', {}, 'as it is'],
    ['a.md', '# Title\n', {}, '# Title\n'],
    ['a.out', '# Title\n', { format: 'markdown' }, '# Title\n'],
    ['a.txt', { a: 1 }, {}, '{\n  "a": 1\n}\n'],
    ['a.json', 'text', {}, '"text"\n'],
    ['a.jsonl', [{ a: 1 }, 2], {}, '{"a":1}\n2\n'],
    ['a.yaml', { a: [1, 'yes'] }, {}, 'a:\n  - 1\n  - yes\n'],
    ['a.bin', 'aGk=', { format: 'base64' }, 'hi'],
    [
      'a.csv',
      [
        { a: 'x, "y"', b: null },
        { a: 'line\nbreak', c: [1] },
      ],
      {},
      'a,b,c\n"x, ""y""",,\n"line\nbreak",,[1]\n',
    ],
    ['a.csv', [{ a: 1, b: 2 }], { columns: ['b', 'c'] }, 'b,c\n2,\n'],
    ['a.csv', [], { columns: ['a', 'b'] }, 'a,b\n'],
    ['a.csv', [], {}, ''],
    ['a.csv', [{ a: '=1+1' }], {}, 'a\n=1+1\n'],
    ['a.csv', [{ a: '=1+1', b: '-2' }], { escape_formulas: true }, `a,b\n"'=1+1","'-2"\n`],
    ['a.tsv', [{ a: '"x"', b: true }], {}, 'a\tb\n"x"\ttrue\n'],
  ])('%s from %j', async (path, content, options, expected) => {
    expect(await write(path, content, options)).toBe(expected)
  })

  test.each<[string, unknown, Options]>([
    ['a.csv', { a: 1 }, {}],
    ['a.csv', ['x'], {}],
    ['a.csv', 'a,b', {}],
    ['a.jsonl', null, {}],
    ['a.tsv', [{ a: 'two\tcells' }], {}],
    ['a.bin', 'not base64!', { format: 'base64' }],
  ])('cannot be %s from %j', async (path, content, options) => {
    await expect(write(path, content, options)).rejects.toMatchObject({ code: 'STEP_INPUT_INVALID' })
  })

  test.each(['csv', 'tsv'])('reads back as it was: %s', async (format) => {
    const rows = [
      { name: 'Müller, "M"', note: '=SUM(A1)', empty: '' },
      { name: ' spaces ', note: 'a;b|c', empty: '' },
    ]
    const { context } = await createStepContext()
    await writeStep.run(writeStep.input.parse({ path: `a.${format}`, content: rows }), context)
    expect((await readStep.run(readStep.input.parse({ path: `a.${format}` }), context)).content).toEqual(rows)
  })
})

describe('what stands there already', () => {
  const files = { 'a.txt': 'old' }
  const run = async (options: Options, content = 'new'): Promise<{ path: string; names: string[] }> => {
    const { context, root } = await createStepContext({ files })
    const { path } = await writeStep.run(writeStep.input.parse({ path: 'a.txt', content, ...options }), context)
    return { path, names: (await readdir(root)).toSorted() }
  }

  test('is kept, and the new file numbered', async () => {
    expect(await run({})).toEqual({ path: 'a-2.txt', names: ['a-2.txt', 'a.txt'] })
  })

  test('is enough when it is the same', async () => {
    expect(await run({}, 'old')).toEqual({ path: 'a.txt', names: ['a.txt'] })
  })

  test('is overwritten when asked to', async () => {
    expect(await run({ if_exists: 'overwrite' })).toEqual({ path: 'a.txt', names: ['a.txt'] })
  })

  test('is an error when asked to', async () => {
    await expect(run({ if_exists: 'fail' })).rejects.toThrow('exists already')
  })
})

describe('a file of another step', () => {
  test('is written as it is, whatever its new name says', async () => {
    const { context, root } = await createStepContext()
    const bytes = new Uint8Array([0, 255, 10])
    const content = await context.files.store(bytes, { name: 'a.bin', mediaType: 'application/octet-stream' })
    const written = await writeStep.run(writeStep.input.parse({ path: 'out/b.json', content }), context)
    expect(written).toEqual({ path: 'out/b.json', bytes: 3 })
    expect(await readFile(join(root, 'out/b.json'))).toEqual(Buffer.from(bytes))
  })

  test('is data where a format is named', async () => {
    const content = { file: `sha256:${'0'.repeat(64)}`, name: 'a', mediaType: 'text/plain', bytes: 1 }
    expect(JSON.parse(await write('a.json', content, { format: 'json' }))).toEqual(content)
  })

  test('that is not there any more is an error', async () => {
    const content = { file: `sha256:${'0'.repeat(64)}`, name: 'a', mediaType: 'text/plain', bytes: 1 }
    await expect(write('a.txt', content)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })
})

test('nothing is written outside the project', async () => {
  await expect(write('../outside.txt', 'x')).rejects.toMatchObject({ code: 'FILE_OUTSIDE_PROJECT' })
})
