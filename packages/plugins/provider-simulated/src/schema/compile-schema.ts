import { PipewrightError, type JsonSchema } from '@pipewright/kernel'
import type { Options } from 'ajv'
import { boundedRegExp } from './bounded-regexp.js'
import type { Schema } from './json-schema.js'

export interface CompiledSchema {
  readonly root: Schema
  fits(value: unknown): boolean
}

/** Schemas are asked for again and again (each item of a `for_each`), so the last ones are kept. */
const mostKept = 100
const kept = new Map<string, CompiledSchema>()

/** Schemas nested deeper are refused. */
const deepest = 100

/** Checks a schema against its meta-schema and makes a validator of it. @throws PROVIDER_INVALID_REQUEST */
export async function compileSchema(schema: JsonSchema): Promise<CompiledSchema> {
  if (isDeeper(schema, deepest))
    throw new PipewrightError('PROVIDER_INVALID_REQUEST', `The output schema nests deeper than ${deepest} levels.`)
  const text = JSON.stringify(schema)
  const known = kept.get(text)
  if (known !== undefined) return known
  const compiled = await compile(schema)
  if (kept.size >= mostKept) kept.delete(kept.keys().next().value ?? '')
  kept.set(text, compiled)
  return compiled
}

async function compile(schema: JsonSchema): Promise<CompiledSchema> {
  const isOld = typeof schema['$schema'] === 'string' && /draft-0[67]/.test(schema['$schema'])
  const { Ajv } = isOld ? await import('ajv') : { Ajv: (await import('ajv/dist/2020.js')).Ajv2020 }
  // Formats need no check: what is made for one fits it.
  const options: Options = {
    strict: false,
    validateFormats: false,
    logger: false,
    code: { regExp: Object.assign(boundedRegExp, { code: 'undefined' }) },
  }
  try {
    const validate = new Ajv(options).compile({ ...schema })
    // The meta-schema has just been checked, so the keywords are of the types that Schema names.
    return { root: schema, fits: (value) => validate(value) }
  } catch (error) {
    throw new PipewrightError('PROVIDER_INVALID_REQUEST', `The output schema is not valid: ${(error as Error).message.slice(0, 500)}`, {
      hint: 'Correct the JSON Schema that the step asks for.',
      cause: error,
    })
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  return typeof value === 'object' && value !== null && (levels === 0 || Object.values(value).some((child) => isDeeper(child, levels - 1)))
}
