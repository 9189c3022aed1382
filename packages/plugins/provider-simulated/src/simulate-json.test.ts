import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { schemaArbitrary } from './fixtures/schema-arbitrary.js'
import { promptMaterial } from './prompt-material.js'
import { simulateJson } from './simulate-json.js'

const material = promptMaterial({
  model: 'any',
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'The server in Berlin is down. Nobody can log in since nine this morning.' }] },
  ],
  maxOutputTokens: 1_000,
})

const ajv = new Ajv2020({ strict: false, logger: false })
addFormats.default(ajv)

function check(schema: object, value: unknown): string | null {
  const isValid = ajv.validate(schema, value)
  ajv.removeSchema(schema)
  return isValid ? null : ajv.errorsText()
}

async function simulate(schema: Record<string, unknown>, seed = 'seed', mostBytes = Infinity): Promise<unknown> {
  return JSON.parse(await simulateJson(schema, seed, material, mostBytes)) as unknown
}

describe('simulateJson', () => {
  it('fits random schemas', { timeout: 600_000 }, async () => {
    const numRuns = process.env['PIPEWRIGHT_FULL'] === '1' ? 5_000 : 250
    await fc.assert(
      fc.asyncProperty(schemaArbitrary, fc.string(), async (schema, seed) => {
        expect(check(schema, await simulate(schema, seed))).toBeNull()
      }),
      { numRuns, seed: 20_261_123 },
    )
  })

  const schemas: Record<string, Record<string, unknown>> = {
    'a draft-07 schema with definitions': {
      definitions: { urgency: { enum: ['low', 'high'] } },
      type: 'object',
      properties: { urgency: { $ref: '#/definitions/urgency' } },
      required: ['urgency'],
    },
    'a nullable reference': { type: 'object', properties: { next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }, required: ['next'] },
    'a recursion that only one alternative ends': {
      $defs: {
        expression: {
          oneOf: [
            {
              type: 'object',
              properties: { add: { type: 'array', items: { $ref: '#/$defs/expression' }, minItems: 2, maxItems: 2 } },
              required: ['add'],
              additionalProperties: false,
            },
            { type: 'number' },
          ],
        },
      },
      $ref: '#/$defs/expression',
    },
    'alternatives that overlap': {
      oneOf: [
        { type: 'integer', minimum: 0, maximum: 10 },
        { type: 'integer', minimum: 5, maximum: 20 },
      ],
    },
    'an exclusion': { enum: ['a', 'b', 'c'], not: { enum: ['a', 'b'] } },
    'a condition': {
      type: 'object',
      properties: { kind: { enum: ['refund', 'other'] }, amount: { type: 'number', minimum: 0 } },
      required: ['kind'],
      if: { properties: { kind: { const: 'refund' } } },
      then: { required: ['amount'] },
      else: { properties: { amount: false } },
    },
    'one of two required properties': {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      additionalProperties: false,
      oneOf: [{ required: ['a'] }, { required: ['b'] }],
    },
    'a map by pattern': {
      type: 'object',
      patternProperties: { '^[A-Z]{3}$': { type: 'integer' } },
      additionalProperties: false,
      minProperties: 2,
    },
    'a map with named keys': {
      type: 'object',
      propertyNames: { enum: ['de', 'en', 'fr'] },
      additionalProperties: { type: 'string' },
      minProperties: 2,
    },
    'dependent properties': {
      type: 'object',
      properties: { card: { type: 'string' }, cvc: { type: 'string' } },
      required: ['card'],
      dependentRequired: { card: ['cvc'] },
    },
    'an item that has to be there': { type: 'array', items: { type: ['integer', 'string'] }, contains: { const: 7 }, minItems: 3 },
    'different integers': { type: 'array', items: { type: 'integer', minimum: 1, maximum: 4 }, uniqueItems: true, minItems: 4 },
    'a schema by anchor': {
      $defs: { name: { $anchor: 'name', type: 'string', minLength: 3 } },
      type: 'array',
      items: { $ref: '#name' },
      minItems: 1,
    },
    'limits from two sides': { allOf: [{ type: 'number', minimum: 2 }, { type: 'integer', maximum: 3 }, { enum: [1, 2, 2.5, 3, 4] }] },
    'a long text': { type: 'string', minLength: 500, maxLength: 510 },
    whatever: {},
  }
  it.each(Object.entries(schemas))('fits %s', async (_, schema) => {
    for (let seed = 0; seed < 20; seed++) {
      const value = await simulate(schema, `seed ${seed}`)
      expect(check(schema, value), JSON.stringify(value)).toBeNull()
    }
  })

  it('fits a schema of draft-07, where tuples are written as items', async () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'array',
      items: [{ type: 'string' }, { type: 'integer' }],
      additionalItems: false,
      minItems: 2,
    }
    expect(await simulate(schema)).toEqual([expect.any(String), expect.any(Number)])
  })

  it('chooses differently for different prompts', async () => {
    const values = await Promise.all(Array.from({ length: 30 }, (_, seed) => simulate({ enum: ['low', 'high'] }, `seed ${seed}`)))
    expect(new Set(values)).toEqual(new Set(['low', 'high']))
  })

  it('draws free text from the prompt', async () => {
    const value = await simulate({ type: 'object', properties: { reply: { type: 'string' } }, required: ['reply'] })
    const { reply } = value as { reply: string }
    expect(
      ['The server in Berlin is down.', 'Nobody can log in since nine this morning.'].some((sentence) => reply.includes(sentence)),
    ).toBe(true)
  })

  it('says less when there is less room', async () => {
    const schema = {
      type: 'object',
      properties: { urgency: { enum: ['low', 'high'] }, reply: { type: 'string' }, notes: { type: 'array', items: { type: 'string' } } },
      required: ['urgency'],
    }
    const roomy = JSON.stringify(await simulate(schema))
    const tight = JSON.stringify(await simulate(schema, 'seed', 24))
    expect(tight.length).toBeLessThanOrEqual(24)
    expect(tight.length).toBeLessThan(roomy.length)
    expect(check(schema, JSON.parse(tight))).toBeNull()
  })

  it('is not held up by a pattern that backtracks for ever', async () => {
    const hostile = promptMaterial({
      model: 'any',
      messages: [{ role: 'user', content: [{ type: 'text', text: `${'a'.repeat(60)} is a long word, and no more.` }] }],
      maxOutputTokens: 100,
    })
    const schema = { type: 'string', pattern: '^(a+)+$', minLength: 40 }
    await expect(simulateJson(schema, 'seed', hostile, 400)).rejects.toMatchObject({ code: 'PROVIDER_INVALID_REQUEST' })
  })

  it.each([
    ['is not a schema', { type: 'strnig' }],
    ['allows nothing', { type: 'object', properties: { a: false }, required: ['a'] }],
    ['contradicts itself', { type: 'integer', minimum: 3, maximum: 2 }],
    ['never ends', { $defs: { a: { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, required: ['a'] } }, $ref: '#/$defs/a' }],
    ['refers to itself', { $ref: '#' }],
    ['leads nowhere', { $ref: '#/$defs/none' }],
    ['leads out', { $ref: 'https://example.com/schema.json' }],
    ['demands a book', { type: 'string', minLength: 1e9 }],
    ['demands a million items', { type: 'array', items: { type: 'string' }, minItems: 1e6 }],
  ])('refuses a schema that %s', async (_, schema) => {
    await expect(simulate(schema)).rejects.toMatchObject({ code: 'PROVIDER_INVALID_REQUEST' })
  })
})
