import { describe, expect, it } from 'vitest'
import { createTestEngine } from '../fixtures/test-engine.js'
import { scriptedProvider } from '../fixtures/test-points.js'

async function findings(text: string): Promise<readonly (readonly [code: string, line: number, column: number, hint: string])[]> {
  const { check } = await createTestEngine({ providers: [scriptedProvider(() => '')] })
  const checked = await check(text)
  return checked.findings.map((finding) => [finding.code, finding.line, finding.column, finding.hint] as const)
}

const valid = 'steps: [{ id: a, uses: value, with: { value: 1 } }]\noutputs: { a: "{{ steps.a.output }}" }'

describe('what a document may not be', () => {
  it.each([
    ['malformed YAML', 'pipeline: [a', 'YAML_SYNTAX', 1],
    ['a duplicate key', `pipeline: a\npipeline: b\n${valid}`, 'DUPLICATE_KEY', 2],
    ['a list', '- a', 'INVALID_VALUE', 1],
    ['empty', '', 'INVALID_VALUE', 1],
    ['without a name', valid, 'MISSING_KEY', 1],
    ['more than a megabyte', `pipeline: a\n# ${'x'.repeat(1_100_000)}`, 'DOCUMENT_TOO_LARGE', 1],
    ['nested without end', `pipeline: ${'['.repeat(5000)}`, 'DOCUMENT_TOO_COMPLEX', 1],
  ])('%s', async (_name, text, code, line) => {
    expect((await findings(text))[0]?.slice(0, 2)).toEqual([code, line])
  })

  it('an alias bomb', async () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`),
    ].join('\n')
    expect((await findings(`pipeline: a\n${bomb}\n${valid}`))[0]?.[0]).toBe('DOCUMENT_TOO_COMPLEX')
  })

  it('nested deeply by indentation', async () => {
    const deep = Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}k:`).join('\n')
    expect((await findings(`${deep} 1`))[0]?.[0]).toMatch(/DOCUMENT_TOO_(COMPLEX|LARGE)/)
  })
})

describe('what a document may not say', () => {
  it('unknown keys, at the key, inside flow collections too', async () => {
    expect(await findings(`pipeline: a\n${valid.replace('with:', 'wiht:')}`)).toContainEqual(['UNKNOWN_KEY', 2, 31, 'Did you mean "with"?'])
  })

  it('unknown step types', async () => {
    expect(await findings(`pipeline: a\n${valid.replace('uses: value', 'uses: vaule')}`)).toEqual([
      ['UNKNOWN_STEP_TYPE', 2, 24, 'Did you mean "value"?'],
    ])
  })

  it('unknown options of a step', async () => {
    expect(await findings(`pipeline: a\n${valid.replace('{ value: 1 }', '{ value: 1, valu: 2 }')}`)).toEqual([
      ['UNKNOWN_KEY', 2, 49, 'Did you mean "value"?'],
    ])
  })

  it('unknown steps, inputs and variables, where they stand in a longer text', async () => {
    const document = (expression: string): string => `pipeline: a
inputs: { topic: { type: string, default: x } }
steps:
  - id: draft
    uses: value
    with:
      value: |
        About {{ inputs.topic }}:
        ${expression}
outputs: { a: "{{ steps.draft.output }}" }`
    expect(await findings(document('{{ inputs.topik }}'))).toEqual([['UNKNOWN_VARIABLE', 9, 12, 'Did you mean "topic"?']])
    expect(await findings(document('{{ steps.drafd.output }}'))).toEqual([['UNKNOWN_VARIABLE', 9, 12, 'Did you mean "draft"?']])
    expect(await findings(document('{{ item.name }}'))).toEqual([['UNKNOWN_VARIABLE', 9, 12, expect.stringContaining('for_each')]])
    expect(await findings(document('{{ topic }}'))).toEqual([['UNKNOWN_VARIABLE', 9, 12, expect.stringContaining('inputs.topic')]])
  })

  it('filters that do not exist, expressions that cannot be read', async () => {
    expect((await findings(`pipeline: a\n${valid.replace('value: 1', 'value: "{{ 1 | upkase }}"')}`)).map(([code]) => code)).toEqual([
      'UNKNOWN_FILTER',
    ])
    expect((await findings(`pipeline: a\n${valid.replace('value: 1', 'value: "{% if %}"')}`)).map(([code]) => code)).toEqual([
      'EXPRESSION_SYNTAX',
    ])
    expect((await findings(`pipeline: a\n${valid.replace('uses:', 'if: "inputs.a %} {{", uses:')}`)).map(([code]) => code)).toEqual([
      'EXPRESSION_SYNTAX',
    ])
  })

  it('two steps of one id', async () => {
    const text =
      'pipeline: a\nsteps:\n  - { id: a, uses: value, with: { value: 1 } }\n  - { id: a, uses: value, with: { value: 1 } }\noutputs: { a: "{{ steps.a.output }}" }'
    expect(await findings(text)).toContainEqual(['DUPLICATE_STEP', 4, 11, expect.any(String)])
  })

  it('a step in a step of its own name', async () => {
    const text = `pipeline: p
steps:
  - id: a
    for_each: [1]
    steps: [{ id: a, uses: value, with: { value: '{{ item }}' } }]
outputs: { a: '{{ steps.a.output }}' }`
    expect(await findings(text)).toContainEqual(['DUPLICATE_STEP', 5, 19, expect.any(String)])
  })

  it('steps that wait for each other', async () => {
    const text = `pipeline: a
steps:
  - { id: a, uses: value, with: { value: "{{ steps.c.output }}" } }
  - { id: b, uses: value, with: { value: "{{ steps.a.output }}" } }
  - { id: c, uses: value, needs: [b], with: { value: 1 } }
outputs: { a: "{{ steps.a.output }}" }`
    const { check } = await createTestEngine()
    const [finding] = (await check(text)).findings
    expect(finding).toMatchObject({ code: 'STEP_CYCLE', level: 'logical', message: expect.stringContaining('a → c → b → a') })
  })

  it('providers that are not installed, models without a name', async () => {
    const text = (model: string): string =>
      `pipeline: a\nsteps: [{ id: a, uses: prompt${model}, with: { prompt: hi } }]\noutputs: { a: "{{ steps.a.output }}" }`
    expect(await findings(text(', model: scriptd/x'))).toEqual([['UNKNOWN_PROVIDER', 2, 39, 'Did you mean "scripted"?']])
    expect((await findings(text(''))).map(([code]) => code)).toEqual(['MISSING_MODEL'])
  })

  it('a default that does not fit its input', async () => {
    expect(await findings(`pipeline: a\ninputs: { n: { type: integer, default: many } }\n${valid}`)).toEqual(
      [
        ['INVALID_VALUE', 2, 40, expect.any(String)],
        ['UNUSED_INPUT', 2, 11, expect.any(String)],
      ].slice(0, 1),
    )
  })
})

describe('what a document should not say', () => {
  it('steps that nobody reads, inputs that nothing uses', async () => {
    const { check } = await createTestEngine()
    const { findings: found, plan } = await check(
      'pipeline: a\ninputs: { n: { type: integer, default: 1 } }\nsteps: [{ id: a, uses: value, with: { value: 1 } }]',
    )
    expect(plan).not.toBeNull()
    expect(found.map(({ code, severity, level }) => [code, severity, level])).toEqual([
      ['UNUSED_INPUT', 'warning', 'logical'],
      ['UNREAD_OUTPUT', 'warning', 'logical'],
    ])
  })
})
