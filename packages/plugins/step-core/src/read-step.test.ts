import { existsSync, readFileSync } from 'node:fs'
import { createStepContext, testStep } from '@pipewright/kernel/conformance'
import { describe, expect, test } from 'vitest'
import { readStep } from './read-step.js'

testStep(readStep, {
  examples: [
    { name: 'text', input: { path: 'a.txt' }, context: () => ({ files: { 'a.txt': 'Grüße' } }) },
    { name: 'json', input: { path: 'a.json' }, context: () => ({ files: { 'a.json': '{"a":[1,null]}' } }) },
    { name: 'csv', input: { path: 'in/a.csv' }, context: () => ({ files: { 'in/a.csv': 'a,b\n1,2,3\n' } }) },
    { name: 'bytes', input: { path: 'a.bin', format: 'base64' }, context: () => ({ files: { 'a.bin': new Uint8Array([0, 255]) } }) },
    { name: 'a file', input: { path: 'a.bin', format: 'file' }, context: () => ({ files: { 'a.bin': new Uint8Array([0, 255]) } }) },
  ],
  refused: [
    {},
    { path: '' },
    { path: { file: 'a.txt' } },
    { path: 'a', format: 'xml' },
    { path: 'a', max_bytes: 0 },
    { path: 'a', delimiter: ';;' },
  ],
})

type Options = Partial<Parameters<typeof readStep.run>[0]>

async function read(name: string, content: string | Uint8Array, options: Options = {}): ReturnType<typeof readStep.run> {
  const { context } = await createStepContext({ files: { [name]: content } })
  return readStep.run(readStep.input.parse({ path: name, ...options }), context)
}

describe('what a file reads as', () => {
  test.each<[string, string | Uint8Array, Options, unknown]>([
    ['a.md', '# Title\r\n', {}, '# Title\r\n'],
    ['a.txt', '\uFEFFwith a mark', {}, 'with a mark'],
    ['a.txt', Buffer.from('\uFEFFhalf', 'utf16le'), {}, 'half'],
    ['a.txt', new Uint8Array([0xfe, 0xff, 0, 0x68, 0, 0x69]), {}, 'hi'],
    ['a.txt', Buffer.from('café', 'latin1'), { encoding: 'windows-1252' }, 'café'],
    ['a.txt', 'one\r\ntwo\n\nfour\n', { format: 'lines' }, ['one', 'two', '', 'four']],
    ['a.txt', '', { format: 'lines' }, []],
    ['a.JSON', '\uFEFF[1, {"a": null}]', {}, [1, { a: null }]],
    ['a.ndjson', '{"a":1}\r\n\n{"a":2}\n', {}, [{ a: 1 }, { a: 2 }]],
    ['a.yml', 'a: [1, two]\nb: {c: null}\n', {}, { a: [1, 'two'], b: { c: null } }],
    ['a.png', new Uint8Array([137, 80, 0]), { format: 'base64' }, 'iVAA'],
  ])('%s', async (name, content, options, expected) => {
    expect((await read(name, content, options)).content).toEqual(expected)
  })

  test('is told together with the file’s name, size and hash', async () => {
    expect(await read('in/data.json', '[]')).toMatchObject({
      path: 'in/data.json',
      name: 'data.json',
      format: 'json',
      bytes: 2,
      sha256: '4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945',
    })
  })
})

describe('files as values', () => {
  test('are stored as they are, and read by their name as if they stood in the project', async () => {
    const { context } = await createStepContext({ files: { 'in/a.csv': 'a\n1\n' } })
    const stored = await readStep.run(readStep.input.parse({ path: 'in/a.csv', format: 'file' }), context)
    expect(stored).toMatchObject({
      path: 'in/a.csv',
      format: 'file',
      content: { name: 'a.csv', mediaType: 'text/csv', bytes: 4, file: `sha256:${stored.sha256}` },
    })
    const value = readStep.input.parse({ path: stored.content })
    expect(await readStep.run(value, context)).toMatchObject({ name: 'a.csv', format: 'csv', content: [{ a: '1' }] })
    expect((await readStep.run({ ...value, format: 'file' }, context)).content).toEqual(stored.content)
  })

  test('are bounded like any other', async () => {
    const { context } = await createStepContext()
    const path = await context.files.store(Buffer.from('12345'), { name: 'a.txt', mediaType: 'text/plain' })
    await expect(readStep.run(readStep.input.parse({ path, max_bytes: 4 }), context)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
  })
})

describe('tables', () => {
  test.each<[string, string, Options, unknown]>([
    [
      'a.csv',
      'a,b\n1,\n"x, ""y""\nz",2\n',
      {},
      [
        { a: '1', b: '' },
        { a: 'x, "y"\nz', b: '2' },
      ],
    ],
    [
      'a.csv',
      '\uFEFFa;b\r\n1;2\r\n3;4\r\n',
      {},
      [
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ],
    ],
    ['a.csv', 'a|b;c\n1|2;3\n', { delimiter: '|' }, [{ a: '1', 'b;c': '2;3' }]],
    ['a.csv', 'only\n1\n2\n', {}, [{ only: '1' }, { only: '2' }]],
    [
      'a.csv',
      'a,b\n\n1,2\n,\n',
      {},
      [
        { a: '1', b: '2' },
        { a: '', b: '' },
      ],
    ],
    ['a.csv', '', {}, []],
    ['a.csv', 'a,b\n', {}, []],
    ['a.csv', 'a,__proto__\n1,2\n', {}, [JSON.parse('{"a":"1","__proto__":"2"}')]],
    ['a.csv', '007,1e5\n', { header: false }, [{ column_1: '007', column_2: '1e5' }]],
    ['a.csv', 'a,b\n1,2\n', { header: true, columns: ['x', 'y'] }, [{ x: '1', y: '2' }]],
    [
      'a.tsv',
      'ab1\t2026-01-01\tRevert "x"\nab2\t2026-01-02\t"quoted\n',
      { columns: ['hash', 'date', 'subject'] },
      [
        { hash: 'ab1', date: '2026-01-01', subject: 'Revert "x"' },
        { hash: 'ab2', date: '2026-01-02', subject: '"quoted' },
      ],
    ],
  ])('%s %j %j', async (name, text, options, expected) => {
    const { content, warnings } = await read(name, text, options)
    expect(content).toEqual(expected)
    expect(warnings).toEqual([])
  })

  test('lose nothing of rows that are too long, and say what was odd', async () => {
    const { content, warnings } = await read('a.csv', 'a,b\n1,2,3,4\n5\n')
    expect(content).toEqual([
      { a: '1', b: '2', _extra: '3,4' },
      { a: '5', b: '' },
    ])
    expect(warnings).toEqual([
      'Row 2 has 4 cells instead of 2; the rest stands in "_extra".',
      'Row 3 has 1 cells instead of 2; the missing ones are empty.',
    ])
  })

  test('keep columns of the same name and without a name apart', async () => {
    const { content, warnings } = await read('a.csv', 'a,a,,a_2,_extra\n1,2,3,4,5,6\n')
    expect(content).toEqual([{ a: '1', a_2: '2', column_3: '3', a_2_2: '4', _extra_2: '5', _extra: '6' }])
    expect(warnings).toHaveLength(5)
  })

  test('have their columns named in the order of the file, which records of numbered columns lose', async () => {
    const { content, columns } = await read('a.csv', 'country,2024,2023\nChile,1,2,3\n')
    expect(columns).toEqual(['country', '2024', '2023', '_extra'])
    expect(Object.keys((content as object[])[0] ?? {})).toEqual(['2023', '2024', 'country', '_extra'])
    expect((await read('a.csv', 'only,a,header\n')).columns).toEqual(['only', 'a', 'header'])
    expect((await read('a.json', '[{"a":1}]')).columns).toEqual([])
  })

  test('warn at most some twenty times', async () => {
    const { content, warnings } = await read('a.csv', `a,b\n${'1\n'.repeat(5000)}`)
    expect(content).toHaveLength(5000)
    expect(warnings).toHaveLength(21)
    expect(warnings.at(-1)).toContain('4980 more')
  })
})

describe('a file that is not what it says', () => {
  test.each<[string, string, string | Uint8Array, Options, string | RegExp]>([
    ['truncated JSON', 'a.json', '{\n "a": [1,\n 2', {}, /a\.json, line 3.* is not JSON/],
    ['JSON with a wrong word', 'a.json', '{\n  "a": nope\n}', {}, /a\.json, line 2, column 8, is not JSON: Unexpected token/],
    ['an empty JSON file', 'a.json', '', {}, /line 1.* is not JSON: Unexpected end/],
    ['a broken line of JSON Lines', 'a.jsonl', '{"a":1}\n{"a":\n{"a":3}\n', {}, /a\.jsonl, line 2, is not JSON/],
    ['broken YAML', 'a.yaml', 'a: 1\nb: [1, 2\nc: 3\n', {}, /a\.yaml, line \d, column \d+, is not YAML/],
    ['a YAML alias bomb', 'a.yaml', aliasBomb(), {}, /is not YAML: .*alias/i],
    ['a quote without end', 'a.csv', 'a,b\n1,2\n"3,4\n5,6\n', {}, /a\.csv, row 3: /],
    ['latin-1 text', 'a.csv', Buffer.from('a,b\n1,2\ncafé,3\n', 'latin1'), {}, 'a.csv is not text in UTF-8 (line 3).'],
    ['UTF-16 without its mark', 'a.txt', Buffer.from('hello', 'utf16le'), {}, 'a.txt is not text: it holds zero bytes.'],
    ['an image', 'a.txt', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16]), {}, 'a.txt is a JPEG image, not text.'],
    ['a PDF document', 'a.md', '%PDF-1.7\n1 0 obj', {}, 'a.md is a PDF document, not text.'],
    ['a workbook', 'a.XLSX', 'PK\u0003\u0004…', { format: 'csv' }, 'a.XLSX is an Excel workbook, not text.'],
    ['an archive', 'a.csv', 'PK\u0003\u0004…', {}, 'a.csv is a ZIP archive, not text.'],
  ])('%s', async (_what, name, content, options, message) => {
    const failure: unknown = await read(name, content, options).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'FILE_INVALID', place: { file: name } })
    expect((failure as Error).message).toMatch(message)
  })

  test('does not have its content quoted in the error', async () => {
    const failure = read('a.json', '{"password": hunter2}')
    await expect(failure).rejects.toMatchObject({ message: expect.not.stringContaining('hunter2') as string })
  })

  test('is refused when it is too large, before it is read', async () => {
    await expect(read('a.txt', 'x'.repeat(1001), { max_bytes: 1000 })).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
    await expect(read('a.txt', 'x'.repeat(1000), { max_bytes: 1000 })).resolves.toMatchObject({ bytes: 1000 })
  })

  test('is refused when it is missing or outside', async () => {
    const { context } = await createStepContext()
    await expect(readStep.run(readStep.input.parse({ path: 'no.txt' }), context)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(readStep.run(readStep.input.parse({ path: '../../etc/passwd' }), context)).rejects.toMatchObject({
      code: 'FILE_OUTSIDE_PROJECT',
    })
  })
})

const dataFolder = new URL('../../../../../shared/data/', import.meta.url)

describe.skipIf(!existsSync(dataFolder))('real files', () => {
  test('Titanic: 891 rows, of which 177 without age, 687 without cabin, 2 without port', async () => {
    const { content, warnings } = await read('titanic.csv', readFileSync(new URL('titanic-raw.csv', dataFolder)))
    const rows = content as Record<string, string>[]
    const missing = (column: string): number => rows.filter((row) => row[column] === '').length
    expect([rows.length, missing('age'), missing('cabin'), missing('embarked')]).toEqual([891, 177, 687, 2])
    expect(warnings).toEqual([])
  })

  test('a log of commits without a header', async () => {
    const bytes = readFileSync(new URL('hono-commits.tsv', dataFolder))
    const { content } = await read('commits.tsv', bytes, { columns: ['hash', 'date', 'subject'] })
    const rows = content as Record<string, string>[]
    expect(rows).toHaveLength(bytes.toString().trimEnd().split('\n').length)
    expect(rows[0]).toMatchObject({ hash: '28a9c128', date: '2026-08-22' })
  })
})

function aliasBomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 9; level++)
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    )
  return lines.join('\n')
}
