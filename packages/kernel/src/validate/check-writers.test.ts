import { expect, it } from 'vitest'
import { findingsOf, type Found } from './fixtures/checked-steps.js'

const before = 'inputs: { list: { type: array, default: [] }, dir: { type: string, default: a } }'
const found = (...steps: readonly string[]): Promise<readonly Found[]> =>
  findingsOf(steps.map((step) => `  - ${step}`).join('\n'), ['PARALLEL_WRITERS'], before)
const save = (id: string, path: string, more = ''): string => `{ id: ${id}, uses: save, ${more}with: { path: ${path}, content: x } }`

it.each<[string, readonly string[], string]>([
  ['two steps side by side', [save('a', 'out.md'), save('b', '§./out.md')], 'Steps "a" and "b" may write to out.md at the same time.'],
  [
    'one of them in a group',
    [save('a', 'out.md'), `{ id: g, steps: [${save('b', '§out.md')}] }`],
    'Steps "a" and "b" may write to out.md at the same time.',
  ],
  [
    'a path of an input',
    [save('a', '"{{ inputs.dir }}/x"'), save('b', '§"{{ inputs.dir }}/x"')],
    'Steps "a" and "b" may write to {{ inputs.dir }}/x at the same time.',
  ],
  [
    'all items of one',
    [save('a', '§out.md', 'for_each: inputs.list, ')],
    'All items of step "a" write to out.md, several at the same time.',
  ],
  [
    'all items of the group around it',
    [`{ id: g, for_each: inputs.list, steps: [${save('a', '§out.md')}] }`],
    'Step "a" writes to out.md for all items of "g", several at the same time.',
  ],
])('%s write to one file', async (_who, steps, message) => {
  expect(await found(...steps)).toEqual([['PARALLEL_WRITERS', 'here', message]])
})

it.each<[string, readonly string[]]>([
  ['one after the other', [save('a', 'out.md'), save('b', 'out.md', 'needs: [a], ')]],
  [
    'one after the other, by way of a third',
    [save('a', 'out.md'), '{ id: m, uses: roll, needs: [a] }', `{ id: g, needs: [m], steps: [${save('b', 'out.md')}] }`],
  ],
  ['to different files', [save('a', 'a.md'), save('b', 'b.md')]],
  [
    'to a file for each item',
    [
      save('a', '"{{ item }}.md"', 'for_each: inputs.list, '),
      `{ id: g, for_each: inputs.list, as: one, steps: [${save('b', '"x{{ one }}.md"')}] }`,
    ],
  ],
  [
    'to a file by a step of the item',
    [`{ id: g, for_each: inputs.list, steps: [{ id: r, uses: pick, with: { from: 1 } }, ${save('a', '"{{ steps.r.output }}"')}] }`],
  ],
  ['item by item', [save('a', 'out.md', 'for_each: inputs.list, concurrency: 1, ')]],
  ['in cases of a switch', [`{ id: s, switch: inputs.dir, cases: { x: [${save('a', 'out.md')}], y: [${save('b', 'out.md')}] } }`]],
  [
    'under conditions that may exclude each other',
    [save('a', 'out.md', 'if: inputs.dir == "a", '), save('b', 'out.md', 'if: inputs.dir != "a", ')],
  ],
])('%s: nothing to say', async (_how, steps) => {
  expect(await found(...steps)).toEqual([])
})
