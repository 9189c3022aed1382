import { expect, it } from 'vitest'
import { findingsOf, type Found } from './fixtures/checked-steps.js'

const found = (steps: string, before = '', after = ''): Promise<readonly Found[]> =>
  findingsOf(steps, ['UNREAD_OUTPUT', 'UNUSED_INPUT', 'UNUSED_VARIABLE'], before, after)

it.each<[string, string, string, string]>([
  ['a step', '  - { id: §a, uses: roll }', '', 'Nothing reads the output of step "a".'],
  ['a group', '  - { id: §g, steps: [{ id: a, uses: roll }] }', '', 'Nothing reads the output of step "g".'],
  [
    'a step that the output of its group leaves out',
    '  - { id: g, output: "{{ steps.a.output }}", steps: [{ id: a, uses: roll }, { id: §b, uses: roll }] }\n  - { id: c, uses: save, with: { path: a, content: "{{ steps.g.output }}" } }',
    '',
    'Nothing reads the output of step "b".',
  ],
  [
    'a step that the output of its switch leaves out',
    '  - { id: s, switch: run.id, output: "{{ steps.a.output }}", cases: { x: [{ id: a, uses: roll }], y: [{ id: §b, uses: roll }] } }\n  - { id: c, uses: save, with: { path: a, content: "{{ steps.s.output }}" } }',
    '',
    'Nothing reads the output of step "b".',
  ],
  ['an input', '  - { id: e, uses: end }', 'inputs: { §a: { type: any, default: 1 } }', 'Nothing uses the input "a".'],
  ['a variable', '  - { id: e, uses: end }', 'variables: { §a: 1 }', 'Nothing uses the variable "a".'],
])('what nobody reads is found: %s', async (_what, steps, before, message) => {
  expect((await found(steps, before)).map(([, at, text]) => [at, text])).toEqual([['here', message]])
})

it.each<[string, string, string, string]>([
  ['outputs', '  - { id: a, uses: roll }', '', 'outputs: { a: "{{ steps.a.output }}" }'],
  ['another step that waits for it', '  - { id: a, uses: roll }\n  - { id: b, uses: end, needs: [a] }', '', ''],
  ['the group around it', '  - { id: g, steps: [{ id: a, uses: roll }] }', '', 'outputs: { a: "{{ steps.g.output }}" }'],
  [
    'the model that calls it',
    '  - { id: a, uses: ask, with: { prompt: hi }, tools: [{ id: t, description: d, uses: roll }] }',
    '',
    'outputs: { a: "{{ steps.a.output }}" }',
  ],
  [
    'whom it stands in for',
    '  - { id: a, uses: roll, on_error: { step: { id: b, uses: roll } } }',
    '',
    'outputs: { a: "{{ steps.a.output }}" }',
  ],
  ['nobody, and it does something', '  - { id: a, uses: save, with: { path: a, content: b } }', '', ''],
  [
    'a variable that is used',
    '  - { id: e, uses: end, if: variables.b }',
    'inputs: { a: { type: any, default: 1 } }\nvariables: { b: "{{ inputs.a }}" }',
    '',
  ],
])('what is read by %s is not', async (_whom, steps, before, after) => {
  expect(await found(steps, before, after)).toEqual([])
})
