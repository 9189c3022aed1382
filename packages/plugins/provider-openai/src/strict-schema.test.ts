import { describe, expect, it } from 'vitest'
import { toStrictSchema } from './strict-schema.js'

const object = (properties: object, required = Object.keys(properties)) => ({ type: 'object', properties, required })
/** How a schema is put for the one property of an object. */
const strictProperty = (property: object) => {
  const { properties } = (toStrictSchema(object({ it: property }))?.schema ?? {}) as { properties?: { it: unknown } }
  return properties?.it
}

describe('a strict schema', () => {
  it.each([
    ['limits that it knows stay', { type: 'integer', minimum: 1, maximum: 5 }, { type: 'integer', minimum: 1, maximum: 5 }],
    ['others become words', { type: 'string', minLength: 3 }, { type: 'string', description: '{minLength: 3}' }],
    [
      'words are added to words',
      { type: 'array', items: { type: 'string' }, uniqueItems: true, description: 'Tags' },
      { type: 'array', items: { type: 'string' }, description: 'Tags\n\n{uniqueItems: true}' },
    ],
    ['literals get their type', { enum: ['low', 'high'] }, { type: 'string', enum: ['low', 'high'] }],
    ['of several types, too', { enum: ['low', 1, null] }, { type: ['string', 'number', 'null'], enum: ['low', 1, null] }],
    ['one literal is a list of one', { const: 'low' }, { type: 'string', enum: ['low'] }],
    [
      'one of several is any of them',
      { oneOf: [{ type: 'string' }, { type: 'number' }] },
      { anyOf: [{ type: 'string' }, { type: 'number' }] },
    ],
    ['whole patterns stay', { type: 'string', pattern: '^[a-z]+$' }, { type: 'string', pattern: '^[a-z]+$' }],
    [
      'patterns that look around become words',
      { type: 'string', pattern: '^(?=a)[a-z]+$' },
      { type: 'string', description: '{pattern: "^(?=a)[a-z]+$"}' },
    ],
    ['known formats stay', { type: 'string', format: 'date' }, { type: 'string', format: 'date' }],
    ['others become words, too', { type: 'string', format: 'uri' }, { type: 'string', description: '{format: "uri"}' }],
    ['defaults say nothing', { type: 'string', default: 'x' }, { type: 'string' }],
    ['objects are closed', object({ a: { type: 'string' } }), { ...object({ a: { type: 'string' } }), additionalProperties: false }],
  ])('%s', (_, property, expected) => {
    expect(strictProperty(property)).toEqual(expected)
  })

  it('has every property, and null where one need not be there', () => {
    const strict = toStrictSchema(object({ a: { type: 'string' }, b: { enum: ['x', null] }, c: { type: 'number' } }, ['a']))
    expect(strict?.schema).toEqual({
      type: 'object',
      properties: {
        a: { type: 'string' },
        b: { type: ['string', 'null'], enum: ['x', null] },
        c: { anyOf: [{ type: 'number' }, { type: 'null' }] },
      },
      required: ['a', 'b', 'c'],
      additionalProperties: false,
    })
    // Null is a value of b, and of c it stands for nothing.
    expect(strict?.restore?.({ a: 'x', b: null, c: null })).toEqual({ a: 'x', b: null })
    expect(strict?.restore?.({ a: 'x', b: 'x', c: 0 })).toEqual({ a: 'x', b: 'x', c: 0 })
  })

  it('is restored however deep', () => {
    const line = object({ text: { type: 'string' }, page: { type: 'number' } }, ['text'])
    const strict = toStrictSchema(object({ lines: { type: 'array', items: line }, last: line }, ['lines']))
    const answered = {
      lines: [
        { text: 'a', page: null },
        { text: 'b', page: 2 },
      ],
      last: { text: 'c', page: null },
    }
    expect(strict?.restore?.(answered)).toEqual({ lines: [{ text: 'a' }, { text: 'b', page: 2 }], last: { text: 'c' } })
    expect(strict?.restore?.({ lines: 'none', last: null })).toEqual({ lines: 'none' })
  })

  it('need not be restored when all of it has to be there', () => {
    expect(toStrictSchema(object({ a: { type: 'string' } }))?.restore).toBeUndefined()
  })
})

describe('a schema that cannot be put strictly', () => {
  const nest = (depth: number): object => (depth === 0 ? { type: 'string' } : object({ a: nest(depth - 1) }))
  it.each([
    ['is no object', { type: 'array', items: { type: 'string' } }],
    ['is one of several', { type: 'object', properties: { a: { type: 'string' } }, anyOf: [object({ a: { type: 'string' } })] }],
    ['holds a map', object({ a: { type: 'object', additionalProperties: { type: 'string' } } })],
    ['holds an object of whatever', object({ a: { type: 'object' } })],
    ['holds whatever', object({ a: {} })],
    ['holds a list of whatever', object({ a: { type: 'array' } })],
    ['refers to itself', object({ a: { $ref: '#' } })],
    ['is of several schemas at once', object({ a: { allOf: [{ type: 'string' }] } })],
    ['has alternatives with optional properties', object({ a: { anyOf: [object({ b: { type: 'string' } }, []), { type: 'null' }] } })],
    ['demands a property that it does not describe', { ...object({ a: { type: 'string' } }), required: ['b'] }],
    ['has literals that are objects', object({ a: { enum: [{ b: 1 }] } })],
    ['has more literals than are taken', object({ a: { enum: Array.from({ length: 1_001 }, (_, index) => `x${index}`) } })],
    ['is too deep', nest(6)],
    ['is deeper than the stack', nest(3_000)],
    ['is too long', object({ a: { type: 'string', description: 'x'.repeat(100_001) } })],
    ['is not what it says', object({ a: { type: 'string', anyOf: 'x' } })],
  ])('%s', (_, schema) => {
    expect(toStrictSchema({ ...schema })).toBeUndefined()
  })
})
