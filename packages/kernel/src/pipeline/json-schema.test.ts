import { describe, expect, it } from 'vitest'
import { checkAgainstSchema } from './json-schema.js'

const schema = {
  type: 'object',
  required: ['prompt'],
  additionalProperties: false,
  properties: {
    prompt: { type: 'string', description: 'What to ask.' },
    tone: { enum: ['friendly', 'formal'] },
    either: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    deep: { type: 'object', properties: { count: { type: 'integer', minimum: 1 } } },
  },
}

const problems = (value: unknown, unknown: (string | number)[][] = []): string[] =>
  checkAgainstSchema(schema, value, unknown).map(({ code, path, message, hint }) => `${code} ${path.join('.')}: ${message} ${hint}`)

describe('a value that does not fit', () => {
  it.each<[unknown, string]>([
    [{}, 'MISSING_KEY : "prompt" is missing. Add prompt: What to ask.'],
    [{ promt: 'x', prompt: 'x' }, 'UNKNOWN_KEY promt: Unknown key "promt". Did you mean "prompt"?'],
    [{ prompt: 1 }, 'INVALID_VALUE prompt: "prompt" has to be string, not number. What to ask.'],
    [{ prompt: 'x', tone: 'frendly' }, 'INVALID_VALUE tone: "tone" may not be "frendly". Did you mean "friendly"?'],
    [{ prompt: 'x', deep: { count: 0 } }, 'INVALID_VALUE deep.count: "deep.count" must be >= 1. Give a value that fits.'],
    [{ prompt: 'x', either: 1 }, 'INVALID_VALUE either: "either" must match a schema in anyOf. Give a value that fits.'],
    [[], 'INVALID_VALUE : The value has to be object, not array. Give a value of that type.'],
  ])('%j: %s', (value, problem) => {
    expect(problems(value)).toEqual([problem])
  })

  it('is not judged where it is known at run time only', () => {
    expect(problems({ prompt: '{{ a }}', deep: '{{ b }}', either: '{{ c }}' }, [['deep'], ['either']])).toEqual([])
    expect(problems({ prompt: 1, deep: '{{ b }}' }, [['deep']])).toHaveLength(1)
  })

  it('is told in short, however long it is', () => {
    expect(problems({ prompt: 'x', tone: 'y'.repeat(10_000) })[0]?.length).toBeLessThan(200)
  })
})

describe('a schema of a stranger', () => {
  it('does not hold up the check with its patterns', () => {
    expect(checkAgainstSchema({ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`)).toHaveLength(1)
    expect(() => checkAgainstSchema({ type: 'string', pattern: '^(?=a)(a+)+$' }, `${'a'.repeat(40)}!`)).toThrow('takes too long')
  })

  it('cannot make every value right by answering later', () => {
    expect(() => checkAgainstSchema({ $async: true, type: 'string' }, 1)).toThrow('$async')
  })

  it.each([{ type: 'nonsense' }, { $ref: 'https://example.com/schema' }, { pattern: '(' }])('has to be one: %j', (broken) => {
    expect(() => checkAgainstSchema(broken, 'x')).toThrow(Error)
  })

  it('may refer to itself', () => {
    const tree = { type: 'object', properties: { next: { $ref: '#' } }, additionalProperties: false }
    expect(checkAgainstSchema(tree, { next: { next: {} } })).toEqual([])
    expect(checkAgainstSchema(tree, { next: { nxt: {} } })).toHaveLength(1)
  })
})
