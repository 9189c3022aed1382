import { expect, it } from 'vitest'
import { findingsOf, type Found } from './fixtures/checked-steps.js'

const before = 'variables: { on: true, two: "{{ variables.on }}" }\ninputs: { a: { type: any, default: 1 } }'
const found = (step: string): Promise<readonly Found[]> => findingsOf(`  - ${step}`, ['CONSTANT_CONDITION'], before)
const loop = (keys: string, from: string): string => `{ id: a, ${keys}, max_iterations: 3, uses: pick, with: { from: ${from} } }`

it.each<[string, string, RegExp]>([
  ['a word', '{ id: a, if: §true, uses: roll }', /^The condition of step "a" always holds\.$/],
  ['a comparison of words', '{ id: a, if: §1 < 2, uses: roll }', /always holds/],
  ['variables that never change', '{ id: a, if: §variables.two, uses: roll }', /always holds/],
  [
    'a switch',
    '{ id: s, switch: §variables.on, cases: { "true": [{ id: a, uses: roll }] } }',
    /^The switch "s" always looks at the same value\.$/,
  ],
  [
    'a loop that looks elsewhere',
    loop('while: §inputs.a == 1', '"{{ loop.output }}"'),
    /^Nothing in the loop "a" changes what its while: looks at\. It runs not at all/,
  ],
  ['a loop that looks elsewhere at its end', loop('until: §inputs.a == 1', '1'), /until: looks at\. It runs once/],
  ['a loop that makes the same each time', loop('until: §loop.output == 1', '"{{ inputs.a }}"'), /^Nothing in the loop "a"/],
  [
    'a group that makes the same each time',
    '{ id: g, until: §loop.output.a == 1, max_iterations: 3, steps: [{ id: a, uses: pick, with: { from: 1 } }] }',
    /^Nothing in the loop "g"/,
  ],
])('a condition that always comes to the same: %s', async (_what, step, message) => {
  expect(await found(step)).toEqual([['CONSTANT_CONDITION', 'here', expect.stringMatching(message)]])
})

it.each<[string, string]>([
  ['inputs', '{ id: a, if: inputs.a, uses: roll }'],
  ['the time', '{ id: a, if: "\'now\' > 1", uses: roll }'],
  ['a switch on an input', '{ id: s, switch: inputs.a, cases: { x: [{ id: a, uses: roll }] } }'],
  ['how often', loop('while: loop.index < 2', '1')],
  ['what the loop makes of what it made', loop('until: loop.output == 1', '"{{ loop.output }}"')],
  ['what is never the same', '{ id: a, until: loop.output == 1, max_iterations: 3, uses: roll }'],
  ['what a model answers', '{ id: a, until: loop.output == 1, max_iterations: 3, uses: ask, with: { prompt: hi } }'],
  [
    'a group that goes on',
    '{ id: g, until: loop.output.a == 1, max_iterations: 3, steps: [{ id: a, uses: pick, with: { from: "{{ loop.index }}" } }] }',
  ],
])('a condition that depends on %s', async (_what, step) => {
  expect(await found(step)).toEqual([])
})
