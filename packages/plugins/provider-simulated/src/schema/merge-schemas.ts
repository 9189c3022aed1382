import { type Schema, type SchemaNode, Unsatisfiable } from './json-schema.js'

/** One schema that demands what both demand. Keywords with alternatives (`anyOf` …) and references are not looked into. */
export function mergeSchemas(left: Schema, right: Schema): Schema {
  return withoutUndefined({
    ...left,
    ...right,
    type: bothTypes(left, right),
    nullable: left.nullable === true && right.nullable === true,
    enum: bothEnums(left, right),
    const: undefined,
    minimum: most(left.minimum, right.minimum),
    maximum: least(left.maximum, right.maximum),
    exclusiveMinimum: most(left.exclusiveMinimum, right.exclusiveMinimum),
    exclusiveMaximum: least(left.exclusiveMaximum, right.exclusiveMaximum),
    multipleOf: bothMultiples(left.multipleOf, right.multipleOf),
    minLength: most(left.minLength, right.minLength),
    maxLength: least(left.maxLength, right.maxLength),
    minItems: most(left.minItems, right.minItems),
    maxItems: least(left.maxItems, right.maxItems),
    uniqueItems: left.uniqueItems === true || right.uniqueItems === true,
    minProperties: most(left.minProperties, right.minProperties),
    maxProperties: least(left.maxProperties, right.maxProperties),
    required: [...new Set([...(left.required ?? []), ...(right.required ?? [])])],
    properties: bothProperties(left, right),
    patternProperties: { ...left.patternProperties, ...right.patternProperties },
    additionalProperties: both(left.additionalProperties, right.additionalProperties),
    items:
      Array.isArray(left.items) || Array.isArray(right.items) ? (right.items ?? left.items) : both(node(left.items), node(right.items)),
  })
}

function withoutUndefined(keywords: Record<string, unknown>): Schema {
  return Object.fromEntries(Object.entries(keywords).filter(([, value]) => value !== undefined))
}

function node(items: Schema['items']): SchemaNode | undefined {
  return Array.isArray(items) ? undefined : (items as SchemaNode | undefined)
}

function both(left: SchemaNode | undefined, right: SchemaNode | undefined): SchemaNode | undefined {
  if (left === undefined || left === true) return right ?? left
  if (right === undefined || right === true) return left
  return { allOf: [left, right] }
}

function most(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined ? right : right === undefined ? left : Math.max(left, right)
}

function least(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined ? right : right === undefined ? left : Math.min(left, right)
}

function bothMultiples(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
  return Number.isInteger(left) && Number.isInteger(right) ? (left * right) / divisor(left, right) : Math.max(left, right)
}

/** A property that only one side knows also has to pass what the other says of additional ones. */
function bothProperties(left: Schema, right: Schema): Schema['properties'] {
  if (left.properties === undefined && right.properties === undefined) return undefined
  const merged: Record<string, SchemaNode> = {}
  for (const name of new Set([...Object.keys(left.properties ?? {}), ...Object.keys(right.properties ?? {})])) {
    merged[name] = both(propertySchema(left, name), propertySchema(right, name)) ?? true
  }
  return merged
}

function propertySchema(schema: Schema, name: string): SchemaNode | undefined {
  const own = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined
  return own ?? (schema.patternProperties === undefined ? schema.additionalProperties : undefined)
}

/** The types that a schema names, or undefined when it leaves them open. */
export function typesOf(schema: Schema): readonly string[] | undefined {
  if (schema.type === undefined) return undefined
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type
  return schema.nullable === true ? [...new Set([...types, 'null'])] : types
}

function bothTypes(left: Schema, right: Schema): readonly string[] | undefined {
  const [lefts, rights] = [typesOf(left), typesOf(right)]
  if (lefts === undefined || rights === undefined) return lefts ?? rights
  const shared = [
    ...lefts.filter((type) => rights.includes(type) || (type === 'integer' && rights.includes('number'))),
    ...rights.filter((type) => type === 'integer' && lefts.includes('number') && !lefts.includes('integer')),
  ]
  if (shared.length === 0) throw new Unsatisfiable(`A value cannot be ${lefts.join(' or ')} and ${rights.join(' or ')} at once.`)
  return shared
}

/** What `enum` and `const` leave, or undefined when they say nothing. */
export function choicesOf(schema: Schema): readonly unknown[] | undefined {
  return 'const' in schema ? [schema.const] : schema.enum
}

function bothEnums(left: Schema, right: Schema): readonly unknown[] | undefined {
  const [lefts, rights] = [choicesOf(left), choicesOf(right)]
  if (lefts === undefined || rights === undefined) return lefts ?? rights
  const texts = new Set(rights.map((value) => JSON.stringify(value)))
  const shared = lefts.filter((value) => texts.has(JSON.stringify(value)))
  if (shared.length === 0) throw new Unsatisfiable('No value is in both lists of allowed values.')
  return shared
}
