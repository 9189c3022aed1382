import { describe, expect, it } from 'vitest'
import { findingsOf, type Found } from './fixtures/checked-steps.js'

const found = (...steps: readonly string[]): Promise<readonly Found[]> =>
  findingsOf(
    steps.map((step) => `  - ${step}`).join('\n'),
    ['UNREACHABLE_STEP'],
    'variables: { off: false, n: 3, m: "{{ variables.n }}" }\ninputs: { a: { type: any, default: 1 } }',
  )
const here = (message: string): readonly Found[] => [['UNREACHABLE_STEP', 'here', message]]

describe('a step that never runs', () => {
  it.each<[string, readonly string[], string]>([
    ['by a word', ['{ id: a, if: §false, uses: roll }'], 'Step "a" never runs: its condition never holds.'],
    ['by a condition of constants', ['{ id: a, if: §variables.m > 3, uses: roll }'], 'Step "a" never runs: its condition never holds.'],
    ['in a group', ['{ id: g, steps: [{ id: a, if: §variables.off, uses: roll }] }'], 'Step "a" never runs: its condition never holds.'],
    [
      'as a tool',
      ['{ id: b, uses: ask, with: { prompt: hi }, tools: [{ id: a, description: d, if: §false, uses: roll }] }'],
      'Step "a" never runs: its condition never holds.',
    ],
    [
      'after the end',
      ['{ id: e, uses: end }', '{ id: §a, uses: roll, needs: [e] }'],
      'Step "a" never runs: it comes after "e", which ends the pipeline.',
    ],
    [
      'after a group that ends it',
      ['{ id: e, steps: [{ id: b, uses: end }] }', '{ id: §a, uses: roll, needs: [e] }'],
      'Step "a" never runs: it comes after "e", which ends the pipeline.',
    ],
  ])('%s', async (_what, steps, message) => {
    expect(await found(...steps)).toEqual(here(message))
  })

  it('though others wait for it', async () => {
    const steps = ['{ id: b, uses: roll, needs: [§c] }', '{ id: c, if: 1 == 2, uses: roll }']
    expect(await found(...steps)).toContainEqual(here('Step "b" waits for "c", which never runs.')[0])
  })

  it('and all after it, one by one', async () => {
    const steps = [
      '{ id: e, uses: end }',
      '{ id: a, uses: roll, needs: [e] }',
      '{ id: b, uses: pick, with: { from: "{{ steps.a.output }}" } }',
    ]
    expect((await found(...steps)).length).toBe(2)
  })

  it.each<[string, readonly string[]]>([
    ['a condition that can hold', ['{ id: a, if: inputs.a, uses: roll }']],
    ['an end that depends on something', ['{ id: e, if: inputs.a, uses: end }', '{ id: a, uses: roll, needs: [e] }']],
    ['an end in a case', ['{ id: e, switch: inputs.a, cases: { x: [{ id: b, uses: end }] } }', '{ id: a, uses: roll, needs: [e] }']],
    ['an end of items that may not be there', ['{ id: e, for_each: inputs.a, uses: end }', '{ id: a, uses: roll, needs: [e] }']],
    ['beside the end', ['{ id: e, uses: end }', '{ id: a, uses: roll }']],
  ])('not with %s', async (_what, steps) => {
    expect(await found(...steps)).toEqual([])
  })
})

describe('a case that no value has', () => {
  const choose = (schema: string, ...cases: readonly string[]): readonly string[] => [
    `{ id: ask, uses: ask, with: { prompt: hi, schema: ${schema} } }`,
    `{ id: s, switch: steps.ask.output, cases: { ${cases.map((name, index) => `${name}: [{ id: c${index}, uses: roll }]`).join(', ')} } }`,
  ]

  it('is found, with what it may be', async () => {
    expect(await found(...choose('{ enum: [low, high] }', 'low', '§hihg'))).toEqual(here('The switch "s" never takes the case "hihg".'))
    expect(await found(...choose('{ type: boolean }', '"true"', '§"yes"'))).toEqual(here('The switch "s" never takes the case "yes".'))
  })

  it('not where every case may be, nor where nobody knows', async () => {
    expect(await found(...choose('{ enum: [low, 3] }', 'low', '"3"'))).toEqual([])
    expect(await found(...choose('{ type: string }', 'low', 'high'))).toEqual([])
  })
})
