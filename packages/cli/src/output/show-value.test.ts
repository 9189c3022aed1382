import { expect, test } from 'vitest'
import { showValue } from './show-value.js'

test.each<[string, unknown, string]>([
  ['a text', 'hello', 'hello'],
  ['a number', 0, '0'],
  ['nothing', null, 'null'],
  ['an empty list', [], 'none'],
  ['a text of several lines', 'a\n\nb', '\n  a\n\n  b'],
  ['a record', { age: 177, cabin: 'C85', port: null }, '\n  age    177\n  cabin  C85\n  port'],
  ['a list of one', ['a'], '\n  - a'],
  ['a list of texts', ['a', 'b'], '\n  - a\n  - b'],
  [
    'a list of records',
    [
      { name: 'age', missing: 177 },
      { name: 'cabin', missing: 7, note: 'x' },
    ],
    '\n  name   missing  note\n  ─────  ───────  ────\n  age        177\n  cabin        7  x',
  ],
  ['nested data', { a: [1, { b: 'c: d' }] }, '\n  a:\n    - 1\n    - b: "c: d"'],
])('%s', (_what, value, shown) => {
  expect(showValue(value).replaceAll(/ +$/gm, '')).toBe(shown)
})

test('says how much it leaves out', () => {
  const rows = Array.from({ length: 30 }, (_, index) => ({ index, text: 'x'.repeat(100) }))
  expect(showValue(rows)).toMatch(/x{59}…\n {2}… 18 more rows; --json prints all of it$/)
  expect(showValue('line\n'.repeat(201))).toMatch(/\n {2}… 2 more lines; --json prints all of it$/)
})
