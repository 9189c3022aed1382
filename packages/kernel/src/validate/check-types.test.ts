import { describe, expect, it } from 'vitest'
import { findingsOf, type Found } from './fixtures/checked-steps.js'

const inputs =
  'inputs: { list: { type: array, default: [] }, text: { type: string, default: a }, n: { type: integer, default: 1 }, x: { type: number, default: 1 }, mode: { type: string, enum: [c, d], default: c }, any: { type: any, default: 1 }, map: { type: object, default: {} } }'
const found = (steps: string): Promise<readonly Found[]> => findingsOf(steps, ['TYPE_MISMATCH'], inputs)
const given = (key: string, template: string): string =>
  `  - { id: look, uses: look, with: { ${key}: "${template.replace('{{ ', '{{ §')}" } }`

describe('a reference in with:', () => {
  it.each<[string, string, string, string]>([
    ['a list where a text is taken', 'text', '{{ inputs.list }}', 'Step "look": "text" takes a text, and inputs.list is a list.'],
    ['a text where a list is taken', 'list', '{{ inputs.text }}', 'Step "look": "list" takes a list, and inputs.text is a text.'],
    [
      'a text where a number is taken',
      'count',
      '{{ inputs.text }}',
      'Step "look": "count" takes a whole number, and inputs.text is a text.',
    ],
    ['a number where a text is taken', 'text', '{{ inputs.n }}', 'Step "look": "text" takes a text, and inputs.n is a whole number.'],
    ['one of other words', 'mode', '{{ inputs.mode }}', 'Step "look": "mode" takes one of a, b, and inputs.mode is one of c, d.'],
  ])('%s', async (_what, key, template, message) => {
    expect(await found(given(key, template))).toEqual([['TYPE_MISMATCH', 'here', message]])
  })

  it('to the index of an item', async () => {
    const steps = given('text', '{{ index }}').replace('uses:', 'for_each: [1], uses:')
    expect(await found(steps)).toEqual([['TYPE_MISMATCH', 'here', 'Step "look": "text" takes a text, and index is a whole number.']])
  })

  it.each<[string, string, string]>([
    ['a list in a longer text', 'text', 'all: {{ inputs.list }}'],
    ['a number in a longer text', 'text', 'n {{ inputs.n }}'],
    ['a list that becomes a text', 'text', "{{ inputs.list | join: ',' }}"],
    ['a number that may be whole', 'count', '{{ inputs.x }}'],
    ['anything', 'count', '{{ inputs.any }}'],
    ['a list', 'list', '{{ inputs.list }}'],
  ])('%s is fine', async (_what, key, template) => {
    expect(await found(given(key, template))).toEqual([])
  })
})

describe('for_each and switch', () => {
  it.each<[string, string, readonly Found[]]>([
    ['a text to go over', 'for_each: §inputs.text', [['TYPE_MISMATCH', 'here', 'Step "a" goes over a text, which is not a list.']]],
    [
      'a number to go over',
      'for_each: §"{{ inputs.n }}"',
      [['TYPE_MISMATCH', 'here', 'Step "a" goes over a whole number, which is not a list.']],
    ],
    ['a list to go over', 'for_each: inputs.list', []],
    ['a text that becomes a list', 'for_each: \'{{ inputs.text | split: "," }}\'', []],
    ['a map that may say from where to where', 'for_each: inputs.map', []],
  ])('%s', async (_what, keys, expected) => {
    expect(await found(`  - { id: a, uses: pick, ${keys}, with: { from: 1 } }`)).toEqual(expected)
  })

  it('a list to choose by', async () => {
    const steps = (on: string): string => `  - { id: s, switch: §${on}, cases: { x: [{ id: a, uses: pick, with: { from: 1 } }] } }`
    expect(await found(steps('inputs.list'))).toEqual([
      ['TYPE_MISMATCH', 'here', 'The switch "s" looks at a list, which is none of its cases.'],
    ])
    expect(await found(steps('inputs.text'))).toEqual([])
    expect(await found(steps('inputs.list.size'))).toEqual([])
  })
})
