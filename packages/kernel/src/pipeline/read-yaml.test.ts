import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readDocument } from './read-document.js'
import { readYaml, type ReadYaml } from './read-yaml.js'

const isFull = process.env['PIPEWRIGHT_FULL'] === '1'
const values = isFull ? 20_000 : 200
const texts = isFull ? 100_000 : 10_000

const codes = (read: ReadYaml): string[] =>
  read.ok ? [] : read.problems.map(({ code, position }) => `${code} ${position.line}:${position.column}`)

/** A test's name: no longer than a line. */
const short = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 40)}… (${text.length} characters)` : text)

describe('what is read', () => {
  it.each(
    [
      'a: 1',
      'a: [x, {b: "]["}]',
      'a: |\n  [[[[\n  - - -\n',
      `a: '${'['.repeat(500)}'`,
      `a: |\n  ${'{'.repeat(500)}\n`,
      `# ${'['.repeat(500)}\na: 1`,
    ].map((text) => ({ name: short(text), text })),
  )('$name', ({ text }) => {
    expect(codes(readYaml(text))).toEqual([])
  })

  it('a pipeline of as many steps as there may be', () => {
    const steps = Array.from({ length: 5000 }, (_, index) => ({ id: `s${index}`, uses: 'text', with: { text: '{{ inputs.topic }}' } }))
    expect(codes(readYaml(stringify({ pipeline: 'large', steps })))).toEqual([])
  })

  it('the same as it was written', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = stringify(value)
        const read = readYaml(text)
        // JavaScript's minus zero is YAML's zero.
        if (read.ok) expect(JSON.stringify(read.value)).toBe(JSON.stringify(value))
        else expect(text).toMatch(/(?![\t\n\r\u0085])[\p{Cc}\p{Cs}]/u)
      }),
      { numRuns: values },
    )
  })
})

describe('what is not', () => {
  it.each(
    (
      [
        ['a: 1\nb: 2\na: 3', 'DUPLICATE_KEY 3:1'],
        ['a: { b: 1, "b": 2 }', 'DUPLICATE_KEY 1:12'],
        ['1: a\n"1": b', 'DUPLICATE_KEY 2:1'],
        ['a: *b', 'YAML_SYNTAX 1:4'],
        ['a: &b [*b]', 'YAML_SYNTAX 1:8'],
        ['a: &b x\nc: *d', 'YAML_SYNTAX 2:4'],
        ['a: "\u0007"', 'YAML_SYNTAX 1:5'],
        ['a\r\nb: \u0000', 'YAML_SYNTAX 2:4'],
        ['a: \uD800', 'YAML_SYNTAX 1:4'],
        ['- '.repeat(65) + 'x', 'DOCUMENT_TOO_COMPLEX 1:129'],
        ['? '.repeat(65) + 'x', 'DOCUMENT_TOO_COMPLEX 1:129'],
        [`a: ${'['.repeat(65)}${']'.repeat(65)}`, 'DOCUMENT_TOO_COMPLEX 1:68'],
        [`a: &x y\nb:\n${'- *x\n'.repeat(1001)}`, 'DOCUMENT_TOO_COMPLEX 1003:3'],
        ['a: 1\n'.repeat(120_000), 'DOCUMENT_TOO_COMPLEX 71429:3'],
      ] as const
    ).map(([text, problem]) => ({ name: short(text), text, problem })),
  )('$name', ({ text, problem }) => {
    expect(codes(readYaml(text))[0]).toBe(problem)
  })

  it('says of anything at all where it is wrong, within the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'pipeline',
        ': ',
        ':',
        '- ',
        '? ',
        '\n',
        '\n  ',
        '\t',
        '[',
        ']',
        '{',
        '}',
        ',',
        '&a ',
        '*a',
        '!!x ',
        '|',
        '>',
        '"',
        "'",
        '#',
        '%',
        '---\n',
        '...\n',
        '\r',
        '<<',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('')
        const lines = text.split('\n')
        const read = readDocument(text, '/p.yaml')
        if (read.ok) return
        expect(read.findings.length).toBeGreaterThan(0)
        for (const { line, column, message, hint } of read.findings) {
          expect(line).toBeGreaterThanOrEqual(1)
          expect(line).toBeLessThanOrEqual(lines.length)
          expect(column).toBeGreaterThanOrEqual(1)
          expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
          expect(message).not.toBe('')
          expect(hint).not.toBe('')
        }
      }),
      { numRuns: texts },
    )
  })
})
