import { expect, it } from 'vitest'
import { findingsOf, type Found } from './fixtures/checked-steps.js'

const ask = 'uses: ask, with: { prompt: hi }'
const before = `inputs: { list: { type: array }, ten: { type: array, default: [${Array.from({ length: 10 }, () => 1).join(', ')}] } }`
const found = (steps: string): Promise<readonly Found[]> => findingsOf(steps, ['FAN_OUT'], before)
const range = (to: number): string => `for_each: { from: 1, to: ${to} }`

it.each<[string, string, string]>([
  ['one long list', `  - { id: §a, ${range(1001)}, ${ask} }`, 'Step "a" asks a model about 1,001 times: 1,001 items of "a".'],
  [
    'lists in lists, with loops, as far as they are known',
    `  - { id: g, ${range(50)}, steps: [{ id: h, for_each: inputs.ten, steps: [{ id: §a, ${ask}, while: loop.index < 3, max_iterations: 5 }] }] }`,
    'Step "a" asks a model about 1,500 times: 50 items of "g" × 10 items of "h" × 3 rounds of "a".',
  ],
  [
    'lists that are not known',
    `  - { id: g, for_each: inputs.list, steps: [{ id: h, for_each: inputs.list, while: loop.index < 2, max_iterations: 2, steps: [{ id: §a, ${ask} }] }] }`,
    'Step "a" asks a model at worst 20,000 times: 100 items of "g" (assumed) × 100 items of "h" (assumed) × 2 rounds of "h".',
  ],
])('%s', async (_what, steps, message) => {
  expect(await found(steps)).toEqual([['FAN_OUT', 'here', message]])
})

it.each<[string, string]>([
  ['a thousand calls', `  - { id: a, ${range(1000)}, ${ask} }`],
  ['a list in a list that are not known', `  - { id: g, for_each: inputs.list, steps: [{ id: a, for_each: inputs.list, ${ask} }] }`],
  ['what asks no model', `  - { id: a, ${range(50_000)}, uses: roll }`],
])('%s: nothing to say', async (_what, steps) => {
  expect(await found(steps)).toEqual([])
})
