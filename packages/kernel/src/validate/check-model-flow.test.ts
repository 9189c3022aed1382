import { describe, expect, it } from 'vitest'
import { findingsOf, type Found } from './fixtures/checked-steps.js'

const found = (steps: readonly string[], before?: string): Promise<readonly Found[]> =>
  findingsOf(steps.map((step) => `  - ${step}`).join('\n'), ['MODEL_OUTPUT_IN_TARGET', 'MODEL_OUTPUT_IN_PROMPT'], before)
const ways = async (steps: readonly string[], before?: string): Promise<readonly string[]> =>
  (await found(steps, before)).map(([, , message]) => /: ([^:]*)\.$/.exec(message)?.[1] ?? message)

const ask = '{ id: ask, uses: ask, with: { prompt: hi } }'
const asked = (schema: string): string => `{ id: ask, uses: ask, with: { prompt: hi, schema: ${schema} } }`
const fetch = (url: string, more = ''): string => `{ id: fetch, uses: fetch, ${more}with: { url: "${url}" } }`

describe('what a model answers, where it decides what is done', () => {
  it('is found where it stands, with the way that it took', async () => {
    expect(await found([ask, fetch('https://a.example/{{ §steps.ask.output }}')])).toEqual([
      ['MODEL_OUTPUT_IN_TARGET', 'here', 'What a model answers decides the url of step "fetch": ask → fetch.url.'],
    ])
  })

  it.each<[string, readonly string[], string, string?]>([
    [
      'through steps that make the same of the same',
      [ask, '{ id: pick, uses: pick, with: { from: { a: "{{ steps.ask.output }}" } } }', fetch('{{ steps.pick.output.b }}')],
      'ask → pick → fetch.url',
    ],
    ['with something in its place', [ask, fetch("{{ steps.ask.output | default: 'x' }}")], 'ask → fetch.url'],
    [
      'from a group',
      ['{ id: g, steps: [{ id: ask, uses: ask, with: { prompt: hi } }] }', fetch('{{ steps.g.output.ask }}')],
      'ask → fetch.url',
    ],
    [
      'from the output of a group',
      [
        '{ id: g, output: { to: "{{ steps.ask.output }}", n: 1 }, steps: [{ id: ask, uses: ask, with: { prompt: hi } }] }',
        fetch('{{ steps.g.output.to }}'),
      ],
      'ask → fetch.url',
    ],
    [
      'as an item',
      [asked('{ type: array, items: { type: string } }'), fetch('{{ item }}', 'for_each: steps.ask.output, ')],
      'ask → fetch.url',
    ],
    [
      'as a part of an item by its own name',
      [
        asked('{ type: array, items: { type: object, properties: { to: { type: string } } } }'),
        '{ id: g, for_each: steps.ask.output, as: one, steps: [{ id: fetch, uses: fetch, with: { url: "{{ one.to }}" } }] }',
      ],
      'ask → fetch.url',
    ],
    [
      'from items',
      ['{ id: ask, uses: ask, for_each: [1, 2], with: { prompt: hi } }', fetch('{{ steps.ask.output[0] }}')],
      'ask → fetch.url',
    ],
    [
      'in a loop',
      [
        ask,
        '{ id: pick, uses: pick, while: loop.index < 3, max_iterations: 3, with: { from: "{{ loop.output }}{{ steps.ask.output }}" } }',
        fetch('{{ steps.pick.output }}'),
      ],
      'ask → pick → fetch.url',
    ],
    [
      'from what stands in for a step',
      [`{ id: a, uses: roll, on_error: { step: ${ask} } }`, fetch('{{ steps.a.output }}')],
      'ask → fetch.url',
    ],
    [
      'in a header',
      [ask, '{ id: fetch, uses: fetch, with: { url: "https://a.example", headers: { x: "{{ steps.ask.output }}" } } }'],
      'ask → fetch.headers.x',
    ],
    [
      'as what a tool is given',
      [
        '{ id: ask, uses: ask, with: { prompt: hi }, tools: [{ id: t, uses: fetch, description: d, arguments: { type: object, properties: { to: { type: string } } }, with: { url: "{{ arguments.to }}" } }] }',
      ],
      'ask → t.url',
    ],
    [
      'in the default of a switch',
      [
        ask,
        '{ id: s, switch: steps.ask.output, cases: { a: [{ id: b, uses: roll }] }, default: [{ id: fetch, uses: fetch, with: { url: "{{ steps.ask.output }}" } }] }',
      ],
      'ask → fetch.url',
    ],
  ])('%s', async (_how, steps, way, before) => {
    expect(await ways(steps, before)).toEqual([way])
  })

  it.each<[string, readonly string[], string?]>([
    ['when it is one of few words', [asked('{ type: object, properties: { to: { enum: [a, b] } } }'), fetch('{{ steps.ask.output.to }}')]],
    [
      'when it is a number, or true or false',
      [
        asked('{ type: object, additionalProperties: false, properties: { n: { type: integer }, is: { type: boolean } } }'),
        fetch('x{{ steps.ask.output.n }}{{ steps.ask.output }}'),
      ],
    ],
    [
      'when a switch has decided what it is',
      [ask, '{ id: s, switch: steps.ask.output, cases: { a: [{ id: fetch, uses: fetch, with: { url: "{{ steps.ask.output }}" } }] } }'],
    ],
    ['when it only decides', [ask, fetch("{% if steps.ask.output == 'a' %}https://a.example{% else %}https://b.example{% endif %}")]],
    ['when it only decides by case', [ask, fetch("{% case steps.ask.output %}{% when 'a' %}https://a.example{% endcase %}")]],
    ['when it cannot leave its place in an address', [ask, fetch('https://a.example/?q={{ steps.ask.output | url_encode }}')]],
    ['when it is the body', [ask, '{ id: fetch, uses: fetch, with: { url: "https://a.example", body: "{{ steps.ask.output }}" } }']],
    [
      'when it is how many there are',
      ['{ id: ask, uses: ask, for_each: [1], with: { prompt: hi } }', fetch('x{{ steps.ask.output.size }}')],
    ],
    [
      'when the other part of a group is used',
      [
        '{ id: g, output: { a: "{{ steps.ask.output }}", b: "{{ steps.roll.output }}" }, steps: [{ id: ask, uses: ask, with: { prompt: hi } }, { id: roll, uses: roll }] }',
        fetch('x{{ steps.g.output.b }}'),
      ],
    ],
    [
      'when it is what somebody else answered',
      [
        ask,
        '{ id: other, uses: fetch, with: { url: "https://a.example", body: "{{ steps.ask.output }}" } }',
        fetch('{{ steps.other.output }}'),
      ],
    ],
    [
      'when a tool is given one of few words',
      [
        '{ id: ask, uses: ask, with: { prompt: hi }, tools: [{ id: t, uses: fetch, description: d, arguments: { type: object, properties: { to: { enum: [a] } } }, with: { url: "{{ arguments.to }}" } }] }',
      ],
    ],
    ['inputs, which are the user’s', [fetch('{{ inputs.to }}')], 'inputs: { to: { type: string, default: a } }'],
  ])('not %s', async (_when, steps, before) => {
    expect(await ways(steps, before)).toEqual([])
  })
})

it('follows each way once, however many there are', async () => {
  const chain = Array.from({ length: 60 }, (_, index) => {
    const before = index === 0 ? 'roll' : `p${index - 1}`
    return `{ id: p${index}, uses: pick, with: { from: ["{{ steps.${before}.output }}", "{{ steps.${before}.output }}"] } }`
  })
  const variables = Array.from({ length: 60 }, (_, index) => `v${index + 1}: ["{{ variables.v${index} }}", "{{ variables.v${index} }}"]`)
  const steps = ['{ id: roll, uses: roll }', ...chain, fetch('{{ steps.p59.output }}{{ variables.v60 }}{{ variables.v60[0][1].x }}')]
  expect(await ways(steps, `variables: { v0: { x: 1 }, ${variables.join(', ')} }`)).toEqual([])
})

it('follows a way as long as it is', async () => {
  const chain = Array.from(
    { length: 700 },
    (_, index) => `{ id: p${index}, uses: pick, with: { from: "{{ steps.${index === 0 ? 'ask' : `p${index - 1}`}.output }}" } }`,
  )
  expect(await found([ask, ...chain, fetch('{{ steps.p699.output }}')])).toHaveLength(1)
})

describe('what a model answers, in the prompt of a step that can act', () => {
  const act = (prompt: string, tool: string): string =>
    `{ id: act, uses: ask, with: { prompt: "${prompt}" }, tools: [{ id: t, description: d, ${tool} }] }`
  const saving = 'uses: save, with: { path: a, content: b }'

  it('is found', async () => {
    expect(await found([ask, act('{{ §steps.ask.output }}', saving)])).toEqual([
      [
        'MODEL_OUTPUT_IN_PROMPT',
        'here',
        expect.stringMatching(/^What a model answers goes into what step "act" is asked, .*: ask → act\.prompt\.$/),
      ],
    ])
  })

  it('not when its tools only look, nor when it has none', async () => {
    expect(await ways([ask, act('{{ steps.ask.output }}', 'uses: roll')])).toEqual([])
    expect(await ways([ask, '{ id: act, uses: ask, with: { prompt: "{{ steps.ask.output }}" } }'])).toEqual([])
  })
})
