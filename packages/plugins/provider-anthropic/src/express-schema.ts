import type { JsonSchema } from '@pipewright/kernel'

/** Deeper than this no schema is told; it is a bound against schemas made to be deep. */
const deepest = 32

/**
 * A schema as the API can hold a model to it: objects are closed, and limits on sizes and numbers become part of the
 * description. Undefined when that would lose what the schema is about: open maps, recursion, a value that is no object.
 * What fits the result fits the schema but for the limits, which whoever asked checks.
 */
export async function expressSchema(schema: JsonSchema): Promise<JsonSchema | undefined> {
  const typed = withTypes(schema, 0)
  if (typed === undefined || typed['type'] !== 'object') return undefined
  const { transformJSONSchema } = await import('@anthropic-ai/sdk/lib/transform-json-schema')
  return transformJSONSchema(typed)
}

/** A copy in which every schema says its type; undefined when one cannot be expressed. */
function withTypes(schema: unknown, depth: number): Record<string, unknown> | undefined {
  if (!isRecord(schema) || depth > deepest || '$ref' in schema || 'patternProperties' in schema) return undefined
  const copy: Record<string, unknown> = { ...schema }
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const variants = schema[key]
    if (!Array.isArray(variants)) continue
    const typed = variants.map((variant) => withTypes(variant, depth + 1))
    if (typed.includes(undefined)) return undefined
    copy[key] = typed
  }
  const type = schema['type'] ?? ('properties' in schema ? 'object' : 'items' in schema ? 'array' : undefined)
  if (type !== undefined) copy['type'] = type
  if (type === 'object') return withTypedProperties(schema, copy, depth)
  if (type === 'array') {
    const items = withTypes(schema['items'], depth + 1)
    return items === undefined ? undefined : { ...copy, items }
  }
  // A list of types may hold objects and arrays, whose insides the API would leave open.
  if (Array.isArray(type) && type.some((each) => each === 'object' || each === 'array')) return undefined
  const isSaid = ['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf'].some((key) => key in copy)
  return isSaid ? copy : undefined
}

function withTypedProperties(
  schema: Record<string, unknown>,
  copy: Record<string, unknown>,
  depth: number,
): Record<string, unknown> | undefined {
  const { properties, additionalProperties } = schema
  const isMap = isRecord(additionalProperties) && Object.keys(additionalProperties).length > 0
  if (!isRecord(properties) || Object.keys(properties).length === 0 || isMap) return undefined
  const typed: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(properties)) {
    const expressed = withTypes(property, depth + 1)
    if (expressed === undefined) return undefined
    typed[name] = expressed
  }
  return { ...copy, properties: typed }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
