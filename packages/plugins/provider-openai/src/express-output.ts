import { extractJson, tellSchema, type JsonSchema, type ModelRequest } from '@pipewright/kernel'
import { toStrictSchema } from './strict-schema.js'

/** How a model is brought to answer as a schema says. */
export interface ExpressedOutput {
  /** What the API holds it to. */
  readonly strict?: JsonSchema
  /** What it is told instead, behind its instructions. */
  readonly told?: string
  /** Makes of its answer what was asked for. */
  readonly rewrite?: (text: string) => string
}

/** @param mode `strict`: the API holds models to schemas, as far as they can be put its way; `told`: it does not */
export function expressOutput({ outputSchema }: ModelRequest, mode: 'strict' | 'told'): ExpressedOutput {
  if (outputSchema === undefined) return {}
  const strict = mode === 'strict' ? toStrictSchema(outputSchema) : undefined
  if (strict === undefined) {
    return { told: tellSchema(outputSchema), rewrite: (text) => extractJson(text, outputSchema['type']) ?? text.trim() }
  }
  const { schema, restore } = strict
  return restore === undefined ? { strict: schema } : { strict: schema, rewrite: (text) => restored(text, restore) }
}

function restored(text: string, restore: (value: unknown) => unknown): string {
  const json = extractJson(text, 'object')
  return json === undefined ? text.trim() : JSON.stringify(restore(JSON.parse(json)))
}
