import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { boundedPattern, extractJson, PipewrightError } from '@pipewright/kernel'

/** What in an answer does not fit its schema. */
export interface AnswerProblem {
  /** `/items/0/name`; empty for the answer as a whole. */
  readonly path: string
  readonly message: string
}

/** Says what in a value does not fit; empty when all of it does. */
export type AnswerCheck = (value: unknown) => readonly AnswerProblem[]

const maxSchemaLength = 100_000
const maxPatternLength = 200
const maxProblems = 10
/** How many compiled schemas are kept: a for_each asks for the same one again and again. */
const maxKept = 100
const kept = new Map<string, AnswerCheck>()
/** The validator makes its patterns with the flag `u`, which V8's own limit on backtracking does not help. */
const regExp = Object.assign(boundedPattern, { code: 'boundedPattern' })

/** The JSON value in an answer: bare, in a fenced block, or between words. @param type the type that the schema names, if it does */
export function parseAnswer(
  text: string,
  type: unknown,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } {
  // What is nothing but JSON is judged as it is, of whatever type: the check against the schema then says what does not fit.
  const json = extractJson(text, type) ?? extractJson(text, undefined)
  if (json !== undefined) return { ok: true, value: JSON.parse(json) as unknown }
  return { ok: false, problem: text.trim() === '' ? 'it is empty' : 'it is not JSON' }
}

/** @throws STEP_INPUT_INVALID when the schema itself cannot be used */
export function compileAnswerSchema(schema: Readonly<Record<string, unknown>>): AnswerCheck {
  const text = JSON.stringify(schema)
  const known = kept.get(text)
  if (known) return known
  if (text.length > maxSchemaLength) throw unusable(`it has more than ${maxSchemaLength.toLocaleString('en')} characters`)
  if (hasLongPattern(schema)) throw unusable(`a pattern in it has more than ${maxPatternLength} characters`)
  const check = compile(schema)
  if (kept.size >= maxKept) kept.clear()
  kept.set(text, check)
  return check
}

function compile(schema: Readonly<Record<string, unknown>>): AnswerCheck {
  let validate: ValidateFunction
  try {
    // One of its own for each: it would keep every schema that it has ever seen.
    validate = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false, code: { regExp } }).compile(schema)
  } catch (cause) {
    throw unusable(cause instanceof Error ? cause.message : String(cause), cause)
  }
  return (value) => (validate(value) ? [] : (validate.errors ?? []).slice(0, maxProblems).map(toProblem))
}

function toProblem(error: ErrorObject): AnswerProblem {
  const { allowedValues, allowedValue, additionalProperty } = error.params as {
    allowedValues?: readonly unknown[]
    allowedValue?: unknown
    additionalProperty?: string
  }
  const allowed = (allowedValues ?? (allowedValue === undefined ? [] : [allowedValue])).map((value) => JSON.stringify(value)).join(', ')
  const details = [allowed, additionalProperty ?? ''].filter((detail) => detail !== '').map((detail) => ` (${detail})`)
  return { path: error.instancePath, message: `${error.message ?? 'does not fit'}${details.join('')}` }
}

/** A pattern of a stranger can make a regular expression engine work for long: the longer, the more ways it has to. */
function hasLongPattern(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false
  return Object.entries(node).some(([key, value]) => {
    if (key === 'pattern' && typeof value === 'string') return value.length > maxPatternLength
    if (key === 'patternProperties' && Object.keys(Object(value)).some((pattern) => pattern.length > maxPatternLength)) return true
    return hasLongPattern(value)
  })
}

function unusable(reason: string, cause?: unknown): PipewrightError {
  return new PipewrightError('STEP_INPUT_INVALID', `The schema of the answer cannot be used: ${reason}.`, {
    hint: 'Correct `schema:`; it has to be a JSON Schema without references to other documents.',
    cause,
  })
}
