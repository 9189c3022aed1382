import { expect, test } from 'vitest'
import { findExpressions } from './find-expressions.js'

const jsonata = { type: 'string', language: 'jsonata' }

test('expressions are found at the top, in lists, in maps with free keys, and in alternatives', () => {
  const schema = {
    properties: {
      whole: jsonata,
      plain: { type: 'string' },
      list: { items: { properties: { filter: jsonata, derive: { additionalProperties: jsonata } } } },
      either: { anyOf: [{ type: 'array', items: jsonata }, jsonata] },
    },
  }
  const value = {
    whole: 'a',
    plain: 'b',
    list: [{ filter: 'c' }, { derive: { x: 'd', toString: 'e' } }, { other: 'f' }, 'g'],
    either: ['h'],
    unknown: 'i',
  }
  expect(findExpressions(schema, value)).toEqual(
    [
      [['whole'], 'a'],
      [['list', 0, 'filter'], 'c'],
      [['list', 1, 'derive', 'x'], 'd'],
      [['list', 1, 'derive', 'toString'], 'e'],
      [['either', 0], 'h'],
    ].map(([path, text]) => ({ path, text, language: 'jsonata' })),
  )
  expect(findExpressions(schema, { either: 'j' })).toEqual([{ path: ['either'], text: 'j', language: 'jsonata' }])
})

test('what does not have the shape of the schema holds none', () => {
  for (const value of [null, 7, 'text', [], { whole: 7 }, { list: 'x' }, { toString: 'x' }])
    expect(findExpressions({ properties: { whole: jsonata, list: { items: jsonata } } }, value)).toEqual([])
  expect(findExpressions(undefined, { whole: 'a' })).toEqual([])
})
