import { expect, test } from 'vitest'
import { valueFor } from './answer-value.js'

test.each<[string, object | undefined, unknown]>([
  ['5', undefined, '5'],
  ['"quoted"', undefined, '"quoted"'],
  ['5', { type: 'string' }, '5'],
  ['"quoted"', { type: 'string' }, '"quoted"'],
  ['5', { type: 'integer' }, 5],
  ['true', { type: 'boolean' }, true],
  ['{"size": "m"}', { type: 'object' }, { size: 'm' }],
  ['low', { enum: ['low', 'high'] }, 'low'],
  ['"low"', { enum: ['low', 'high'] }, 'low'],
  ['2', { enum: [1, 2] }, 2],
  ['2', { enum: ['1', '2'] }, '2'],
  ['five', { type: 'integer' }, 'five'],
  ['5.5', { type: 'integer' }, 5.5],
  ['null', { type: ['null', 'string'] }, null],
  ['5', { type: 'nonsense' }, 5],
])('%s, typed for %j, is %j', (text, schema, value) => {
  expect(valueFor(text, schema ? { schema: schema as Record<string, unknown> } : {})).toEqual(value)
})
