import type { JsonSchema } from '../points/provider.js'

/**
 * A schema in which every part says its type and every object is closed, as the APIs that hold models to schemas demand.
 * Undefined when that would lose what the schema is about: open maps, references, a value that is no object, too much depth.
 * What fits the result fits the schema.
 * @param deepest how many schemas may stand in each other
 */
export function closeSchema(schema: JsonSchema, deepest: number): JsonSchema | undefined {
  const closed = closePart(schema, deepest)
  return closed?.['type'] === 'object' ? closed : undefined
}

function closePart(schema: unknown, deepest: number): Record<string, unknown> | undefined {
  if (!isRecord(schema) || deepest < 1 || '$ref' in schema || 'patternProperties' in schema) return undefined
  const closed: Record<string, unknown> = { ...schema }
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const variants = schema[key]
    if (!Array.isArray(variants)) continue
    const closedVariants = variants.map((variant) => closePart(variant, deepest - 1))
    if (closedVariants.includes(undefined)) return undefined
    closed[key] = closedVariants
  }
  const type = schema['type'] ?? ('properties' in schema ? 'object' : 'items' in schema ? 'array' : undefined)
  if (type !== undefined) closed['type'] = type
  if (type === 'object') return closeObject(schema, closed, deepest)
  if (type === 'array') {
    const items = closePart(schema['items'], deepest - 1)
    return items === undefined ? undefined : { ...closed, items }
  }
  // A list of types may hold objects and arrays, whose insides would stay open.
  if (Array.isArray(type) && type.some((each) => each === 'object' || each === 'array')) return undefined
  const isSaid = ['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf'].some((key) => key in closed)
  return isSaid ? closed : undefined
}

function closeObject(
  schema: Record<string, unknown>,
  closed: Record<string, unknown>,
  deepest: number,
): Record<string, unknown> | undefined {
  const { properties, additionalProperties, required } = schema
  const isMap = isRecord(additionalProperties) && Object.keys(additionalProperties).length > 0
  if (!isRecord(properties) || Object.keys(properties).length === 0 || isMap) return undefined
  if (Array.isArray(required) && required.some((name) => typeof name !== 'string' || !Object.hasOwn(properties, name))) return undefined
  const closedProperties: [string, unknown][] = []
  for (const [name, property] of Object.entries(properties)) {
    const closedProperty = closePart(property, deepest - 1)
    if (closedProperty === undefined) return undefined
    closedProperties.push([name, closedProperty])
  }
  return { ...closed, properties: Object.fromEntries(closedProperties), additionalProperties: false }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
