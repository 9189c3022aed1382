import type { JsonSchema } from '../points/provider.js'

/** What is known of a value before running; null where nothing is known. */
export type Shape =
  /** A JSON Schema, with the whole that its references point into. */
  | { readonly kind: 'schema'; readonly schema: JsonSchema; readonly root: JsonSchema }
  /** A map with these keys and no others. */
  | { readonly kind: 'map'; readonly properties: ReadonlyMap<string, Shape | null> }
  | { readonly kind: 'list'; readonly items: Shape | null }
  | { readonly kind: 'either'; readonly of: readonly (Shape | null)[] }

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'null'

/** One of the things that a value may be, with nothing left to choose or look up. */
export type Single = Exclude<Shape, { kind: 'either' }>

/** Nobody can follow more than this. */
const mostAlternatives = 30
const deepest = 12

export function schemaShape(schema: unknown, root: unknown = schema): Shape | null {
  return isRecord(schema) ? { kind: 'schema', schema, root: isRecord(root) ? root : schema } : null
}

export function typeShape(type: JsonType): Shape {
  const schema = { type }
  return { kind: 'schema', schema, root: schema }
}

export function listOf(items: Shape | null): Shape {
  return { kind: 'list', items }
}

export function mapOf(properties: Iterable<readonly [string, Shape | null]>): Shape {
  return { kind: 'map', properties: new Map(properties) }
}

export function eitherOf(...of: readonly (Shape | null)[]): Shape | null {
  return of.includes(null) ? null : { kind: 'either', of }
}

/** The types that a value may be of; null when it may be any. */
export function typesOf(shape: Shape | null): ReadonlySet<JsonType> | null {
  const singles = alternatives(shape)
  if (!singles) return null
  const types = new Set<JsonType>()
  for (const single of singles) {
    const own = ownTypes(single)
    if (!own) return null
    for (const type of own) types.add(type)
  }
  return types
}

/** The only values that a value may be; null when there may be others. */
export function valuesOf(shape: Shape | null): readonly unknown[] | null {
  const singles = alternatives(shape)
  if (!singles) return null
  const values: unknown[] = []
  for (const single of singles) {
    const own = ownValues(single)
    if (!own) return null
    values.push(...own)
  }
  return values
}

/** Whether whoever makes the value can only choose among few things: true and false, numbers, the values of an enum. */
export function isConstrained(shape: Shape | null, depth = 0): boolean {
  const singles = depth > deepest ? null : alternatives(shape)
  return singles?.every((single) => isConstrainedOne(single, depth)) ?? false
}

function isConstrainedOne(single: Single, depth: number): boolean {
  if (single.kind === 'list') return isConstrained(single.items, depth + 1)
  if (single.kind === 'map') return [...single.properties.values()].every((one) => isConstrained(one, depth + 1))
  if (ownValues(single)) return true
  const types = ownTypes(single)
  if (!types) return false
  return [...types].every((type) => {
    if (type === 'string') return false
    if (type === 'array') return isConstrained(schemaShape(single.schema['items'], single.root), depth + 1)
    if (type !== 'object') return true
    const { properties, additionalProperties, patternProperties } = single.schema
    if (additionalProperties !== false || patternProperties !== undefined || !isRecord(properties)) return false
    return Object.values(properties).every((one) => isConstrained(schemaShape(one, single.root), depth + 1))
  })
}

/** Everything that a value may be; null when that cannot be said. */
export function alternatives(shape: Shape | null, depth = 0): readonly Single[] | null {
  if (shape === null || depth > deepest) return null
  if (shape.kind === 'either') return allOrNone(shape.of, depth)
  if (shape.kind !== 'schema') return [shape]
  const { schema, root } = shape
  // What several say together is more than is followed here.
  if (['allOf', 'not', 'if', '$dynamicRef'].some((word) => word in schema)) return null
  if (typeof schema['$ref'] === 'string') return alternatives(schemaShape(pointedAt(root, schema['$ref']), root), depth + 1)
  const choices = schema['anyOf'] ?? schema['oneOf']
  if (choices === undefined) return [shape]
  if (!Array.isArray(choices) || 'properties' in schema || 'items' in schema) return null
  return allOrNone(
    choices.map((choice) => schemaShape(choice, root)),
    depth,
  )
}

function allOrNone(shapes: readonly (Shape | null)[], depth: number): readonly Single[] | null {
  const all: Single[] = []
  for (const shape of shapes) {
    const some = alternatives(shape, depth + 1)
    if (!some || all.length + some.length > mostAlternatives) return null
    all.push(...some)
  }
  return all
}

function pointedAt(root: JsonSchema, reference: string): unknown {
  if (reference === '#') return root
  if (!reference.startsWith('#/')) return undefined
  const names = reference.slice(2).split('/')
  return names.reduce<unknown>((node, name) => (isRecord(node) ? node[name.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined), root)
}

export function ownTypes(single: Single): ReadonlySet<JsonType> | null {
  if (single.kind === 'list') return new Set<JsonType>(['array'])
  if (single.kind === 'map') return new Set<JsonType>(['object'])
  const { type } = single.schema
  if (typeof type === 'string') return new Set([type as JsonType])
  if (Array.isArray(type)) return new Set(type as JsonType[])
  const values = ownValues(single)
  return values ? new Set(values.map(typeOf)) : null
}

function ownValues(single: Single): readonly unknown[] | null {
  if (single.kind !== 'schema') return null
  if ('const' in single.schema) return [single.schema['const']]
  if (Array.isArray(single.schema['enum'])) return single.schema['enum']
  return single.schema['type'] === 'boolean' ? [true, false] : null
}

export function typeOf(value: unknown): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value === 'object' ? 'object' : (typeof value as JsonType)
}

export function isNull(single: Single): boolean {
  const types = ownTypes(single)
  return types?.size === 1 && types.has('null')
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
