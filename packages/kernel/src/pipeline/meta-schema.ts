import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/** The dialect that a JSON Schema is in when it names none. */
export const metaSchemaId = 'https://json-schema.org/draft/2020-12/schema'

let validator: ValidateFunction | undefined

/** What tells whether something is a JSON Schema. Making it takes longer than all else here: bundles hold it ready-made in place of this function. */
export function metaSchemaValidator(): ValidateFunction {
  validator ??= new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false }).getSchema(metaSchemaId)
  if (!validator) throw new Error(`${metaSchemaId} is missing from ajv.`)
  return validator
}
