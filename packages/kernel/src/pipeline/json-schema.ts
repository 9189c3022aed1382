import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js'
import type { ErrorCode } from '../errors/error-table.js'
import type { JsonSchema } from '../points/provider.js'
import { boundedPattern } from './bounded-pattern.js'
import { metaSchemaId, metaSchemaValidator } from './meta-schema.js'
import { nameHint } from './nearest.js'
import type { DocumentPath } from './source-map.js'

export interface SchemaProblem {
  readonly code: ErrorCode
  readonly path: DocumentPath
  /** Whether `path` names a key that should not be there, rather than a value. */
  readonly atKey: boolean
  readonly message: string
  readonly hint: string
}

const compiled = new WeakMap<JsonSchema, ValidateFunction>()
const options: Options = {
  allErrors: true,
  strict: false,
  validateFormats: false,
  verbose: true,
  logger: false,
  code: { regExp: Object.assign(boundedPattern, { code: 'boundedPattern' }) },
}

/**
 * Checks a value against a JSON Schema.
 * @param unknownPaths where the value stands for something that is only known at run time: nothing is said of those.
 * @throws SyntaxError or Error when the schema itself is not valid
 */
export function checkAgainstSchema(schema: JsonSchema, value: unknown, unknownPaths: readonly DocumentPath[] = []): SchemaProblem[] {
  const validate = compile(schema)
  if (validate(value)) return []
  const unknown = new Set(unknownPaths.map(pathKey))
  const problems: SchemaProblem[] = []
  for (const error of validate.errors ?? []) {
    const path = toPath(error.instancePath)
    if (isAtOrUnder(path, unknown)) continue
    // Alternatives cannot be judged while a part of the value is unknown; their branches' own errors say nothing alone.
    if (isAlternative(error) && unknownPaths.length > 0) continue
    if (error.schemaPath.includes('/anyOf/') || error.schemaPath.includes('/oneOf/')) continue
    problems.push(describe(error, path, schema))
  }
  return problems
}

function compile(schema: JsonSchema): ValidateFunction {
  const known = compiled.get(schema)
  if (known) return known
  mustBeSchema(schema)
  // One of its own for each: it would keep every schema that it has ever seen.
  const validate = new Ajv2020({ ...options, meta: false, validateSchema: false }).compile(schema)
  // Its answer would be a promise, which is true of every value.
  if ('$async' in validate) throw new Error('$async is not supported')
  compiled.set(schema, validate)
  return validate
}

/** @throws Error when it is not a JSON Schema, or is in another dialect */
function mustBeSchema(schema: JsonSchema): void {
  const { $schema: dialect = metaSchemaId } = schema
  if (dialect === metaSchemaId) {
    const validate = metaSchemaValidator()
    if (!validate(schema)) throw new Error(new Ajv2020({ meta: false }).errorsText(validate.errors))
    return
  }
  const schemas = new Ajv2020(options)
  if (schemas.validateSchema(schema) !== true) throw new Error(schemas.errorsText())
}

function isAlternative(error: ErrorObject): boolean {
  return error.keyword === 'anyOf' || error.keyword === 'oneOf' || error.keyword === 'not' || error.keyword === 'if'
}

function describe(error: ErrorObject, path: DocumentPath, schema: JsonSchema): SchemaProblem {
  const where = path.length === 0 ? 'The value' : `"${path.join('.')}"`
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(error.params['additionalProperty'] ?? error.params['unevaluatedProperty'])
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {})
      return {
        code: 'UNKNOWN_KEY',
        path: [...path, key],
        atKey: true,
        message: `Unknown key "${key}".`,
        hint: nameHint(key, known, 'Remove the key.'),
      }
    }
    case 'required': {
      const key = String(error.params['missingProperty'])
      const described = propertyDescription(error.parentSchema, key)
      return {
        code: 'MISSING_KEY',
        path,
        atKey: false,
        message: `"${key}" is missing${path.length > 0 ? ` in ${where}` : ''}.`,
        hint: `Add ${key}:${described ? ` ${described}` : '.'}`,
      }
    }
    case 'enum': {
      const allowed = (error.params['allowedValues'] as unknown[]).map(String)
      return {
        code: 'INVALID_VALUE',
        path,
        atKey: false,
        message: `${where} may not be ${show(error.data)}.`,
        hint: nameHint(String(error.data), allowed, 'Choose one of these.'),
      }
    }
    case 'type':
      return {
        code: 'INVALID_VALUE',
        path,
        atKey: false,
        message: `${where} has to be ${String(error.params['type'])}, not ${typeName(error.data)}.`,
        hint: propertyDescription(schema, String(path.at(-1))) || 'Give a value of that type.',
      }
    default:
      return {
        code: 'INVALID_VALUE',
        path,
        atKey: false,
        message: `${where} ${error.message ?? 'does not fit'}.`,
        hint: propertyDescription(schema, String(path.at(-1))) || 'Give a value that fits.',
      }
  }
}

function propertyDescription(schema: unknown, key: string): string {
  const property = (schema as { properties?: Record<string, { description?: string }> } | undefined)?.properties?.[key]
  return property?.description ?? ''
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function toPath(pointer: string): (string | number)[] {
  if (pointer === '') return []
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

function pathKey(path: DocumentPath): string {
  return path.map(String).join('\u0000')
}

function isAtOrUnder(path: DocumentPath, unknown: ReadonlySet<string>): boolean {
  for (let length = 0; length <= path.length; length++) {
    if (unknown.has(pathKey(path.slice(0, length)))) return true
  }
  return false
}
