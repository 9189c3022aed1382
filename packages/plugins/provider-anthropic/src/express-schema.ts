import { closeSchema, type JsonSchema } from '@pipewright/kernel'

/** Deeper than this no schema is told; it is a bound against schemas made to be deep. */
const deepest = 32

/**
 * A schema as the API can hold a model to it: objects are closed, and limits on sizes and numbers become part of the
 * description. Undefined when that would lose what the schema is about: open maps, recursion, a value that is no object.
 * What fits the result fits the schema but for the limits, which whoever asked checks.
 */
export async function expressSchema(schema: JsonSchema): Promise<JsonSchema | undefined> {
  const closed = closeSchema(schema, deepest)
  if (closed === undefined) return undefined
  const { transformJSONSchema } = await import('@anthropic-ai/sdk/lib/transform-json-schema')
  return transformJSONSchema(closed)
}
