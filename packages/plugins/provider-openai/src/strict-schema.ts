import { closeSchema, type JsonSchema } from '@pipewright/kernel'

/** What strict mode takes: the newest models allow more depth, some of the older ones only this. */
const deepest = 5
const mostEnumValues = 500
const mostCharacters = 100_000

const formats = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'])
/** Keywords that say nothing of a value, and those that are said in another way. */
const silentKeywords = new Set(['$schema', '$id', '$comment', 'default', 'examples', 'description', 'title', 'oneOf', 'const'])
const numberKeywords = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']
const keptKeywords: Readonly<Record<string, readonly string[]>> = {
  array: ['minItems', 'maxItems'],
  number: numberKeywords,
  integer: numberKeywords,
}

type Schema = Readonly<Record<string, unknown>>
/** Makes of a value that fits the strict schema one that fits the schema itself. */
type Restore = (value: unknown) => unknown

export interface StrictSchema {
  readonly schema: JsonSchema
  /** Undefined when the two schemas mean the same. */
  readonly restore: Restore | undefined
}

/**
 * A schema as strict mode takes it: every property is required, and one that need not be there may be null instead, which
 * `restore` takes out again. Limits that strict mode does not know become part of the description; whoever asked checks them.
 * Undefined when the schema cannot be put that way.
 */
export function toStrictSchema(schema: JsonSchema): StrictSchema | undefined {
  const closed = closeSchema(schema, deepest)
  if (closed === undefined || 'anyOf' in closed || 'oneOf' in closed) return undefined
  const strict = strictPart(closed)
  return strict === undefined || JSON.stringify(strict.schema).length > mostCharacters ? undefined : strict
}

function strictPart(part: Schema): StrictSchema | undefined {
  if ('allOf' in part) return undefined
  if ('anyOf' in part || 'oneOf' in part) return strictUnion(part)
  if ('enum' in part || 'const' in part) return strictLiterals(part)
  switch (part['type']) {
    case 'object':
      return strictObject(part)
    case 'array': {
      const items = strictPart(part['items'] as Schema)
      if (items === undefined) return undefined
      const { restore } = items
      const restoreItems: Restore | undefined =
        restore && ((value: unknown): unknown => (Array.isArray(value) ? value.map((item) => restore(item)) : value))
      return { schema: describe(part, { type: 'array', items: items.schema }), restore: restoreItems }
    }
    default:
      return { schema: describe(part, { type: part['type'] }), restore: undefined }
  }
}

function strictObject(part: Schema): StrictSchema | undefined {
  // A closed object has properties, each of them a schema.
  const properties = part['properties'] as Readonly<Record<string, Schema>>
  const required = new Set(Array.isArray(part['required']) ? part['required'] : [])
  const strictProperties: [string, JsonSchema][] = []
  const restores = new Map<string, Restore>()
  for (const [name, property] of Object.entries(properties)) {
    const strict = strictPart(property)
    if (strict === undefined) return undefined
    const isAdded = !required.has(name) && !admitsNull(property)
    strictProperties.push([name, isAdded ? { anyOf: [strict.schema, { type: 'null' }] } : strict.schema])
    const { restore } = strict
    if (isAdded) restores.set(name, (value) => (value === null ? undefined : restore === undefined ? value : restore(value)))
    else if (restore !== undefined) restores.set(name, restore)
  }
  const names = Object.keys(properties)
  const schema = { type: 'object', properties: Object.fromEntries(strictProperties), required: names, additionalProperties: false }
  return { schema: describe(part, schema), restore: restores.size === 0 ? undefined : (value) => restoreObject(value, restores) }
}

function restoreObject(value: unknown, restores: ReadonlyMap<string, Restore>): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const restored = Object.entries(value).map(([name, each]): [string, unknown] => {
    const restore = restores.get(name)
    return [name, restore === undefined ? each : restore(each)]
  })
  return Object.fromEntries(restored.filter(([, each]) => each !== undefined))
}

/** One of several schemas. What has to be restored would depend on which of them a value fits, so it is not put that way. */
function strictUnion(part: Schema): StrictSchema | undefined {
  const variants = part['anyOf'] ?? part['oneOf']
  if (!Array.isArray(variants) || 'properties' in part || 'items' in part || ('anyOf' in part && 'oneOf' in part)) return undefined
  const strict = variants.map((variant: Schema) => strictPart(variant))
  const schemas = strict.flatMap((each) => (each === undefined || each.restore !== undefined ? [] : [each.schema]))
  return schemas.length === variants.length ? { schema: describe(part, { anyOf: schemas }), restore: undefined } : undefined
}

/** Strict mode wants the type of literals said, too. */
function strictLiterals(part: Schema): StrictSchema | undefined {
  const values: readonly unknown[] = 'const' in part ? [part['const']] : Array.isArray(part['enum']) ? part['enum'] : []
  const types = [...new Set(values.map(literalType))]
  if (values.length === 0 || values.length > mostEnumValues || types.includes(undefined)) return undefined
  return { schema: describe(part, { type: types.length === 1 ? types[0] : types, enum: values }), restore: undefined }
}

function literalType(value: unknown): string | undefined {
  if (value === null) return 'null'
  return ['string', 'number', 'boolean'].find((type) => type === typeof value)
}

function admitsNull(part: Schema): boolean {
  const variants = part['anyOf'] ?? part['oneOf']
  if (Array.isArray(variants)) return variants.some((variant: Schema) => admitsNull(variant))
  if (Array.isArray(part['enum'])) return part['enum'].includes(null)
  if ('const' in part) return part['const'] === null
  return part['type'] === 'null' || (Array.isArray(part['type']) && part['type'].includes('null'))
}

/** Adds what else a part says: as it stands where strict mode takes it, as words where not. */
function describe(part: Schema, strict: JsonSchema): JsonSchema {
  const taken: Record<string, unknown> = {}
  const words: string[] = []
  for (const [keyword, value] of Object.entries(part)) {
    if (keyword in strict || silentKeywords.has(keyword)) continue
    if (isTaken(keyword, value, strict)) taken[keyword] = value
    else words.push(`${keyword}: ${JSON.stringify(value)}`)
  }
  const said = [part['description'] ?? part['title'], words.length === 0 ? undefined : `{${words.join(', ')}}`]
  const description = said.filter((text) => typeof text === 'string').join('\n\n')
  return { ...strict, ...taken, ...(description === '' ? {} : { description }) }
}

function isTaken(keyword: string, value: unknown, { type, enum: literals }: Schema): boolean {
  if (literals !== undefined) return false
  if (type === 'string' && keyword === 'format') return formats.has(String(value))
  if (type === 'string' && keyword === 'pattern') return typeof value === 'string' && isPlain(value)
  return (keptKeywords[String(type)] ?? []).includes(keyword)
}

/** Patterns are made into grammars, which know no look-arounds and no references; some endpoints take whole ones only. */
function isPlain(pattern: string): boolean {
  return /^\^.*\$$/.test(pattern) && !/\(\?(?!:)|\\[1-9bBk]/.test(pattern)
}
