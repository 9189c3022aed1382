import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { PipewrightError } from '@pipewright/kernel'

/** What in an answer does not fit its schema. */
export interface AnswerProblem {
  /** `/items/0/name`; empty for the answer as a whole. */
  readonly path: string
  readonly message: string
}

const maxSchemaBytes = 100_000
const maxPatternLength = 200
const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, addUsedSchema: false })
const validators = new WeakMap<object, ValidateFunction>()

/** The JSON value in an answer: bare, in a fenced block, or between words. */
export function parseAnswer(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n\s*```/.exec(text)?.[1]
  const candidates = [text, fenced, between(text, '{', '}'), between(text, '[', ']')]
  for (const candidate of candidates) {
    if (candidate === undefined) continue
    try {
      return { ok: true, value: JSON.parse(candidate) as unknown }
    } catch {
      // Not JSON as it stands: the next candidate may be.
    }
  }
  return { ok: false, problem: text.trim() === '' ? 'it is empty' : 'it is not JSON' }
}

function between(text: string, open: string, close: string): string | undefined {
  const start = text.indexOf(open)
  const end = text.lastIndexOf(close)
  return start === -1 || end <= start ? undefined : text.slice(start, end + 1)
}

/** @throws INVALID_VALUE when the schema itself cannot be used */
export function answerProblems(schema: Record<string, unknown>, value: unknown): AnswerProblem[] {
  const validate = validators.get(schema) ?? compile(schema)
  if (validate(value)) return []
  return (validate.errors ?? []).slice(0, 10).map((error: ErrorObject) => ({ path: error.instancePath, message: describe(error) }))
}

function describe(error: ErrorObject): string {
  const allowed = (error.params as { allowedValues?: unknown[] }).allowedValues
  const extra = (error.params as { additionalProperty?: string }).additionalProperty
  return `${error.message ?? 'does not fit'}${allowed ? ` (${allowed.map((value) => JSON.stringify(value)).join(', ')})` : ''}${extra === undefined ? '' : ` (${extra})`}`
}

function compile(schema: Record<string, unknown>): ValidateFunction {
  const text = JSON.stringify(schema)
  if (text.length > maxSchemaBytes)
    throw new PipewrightError(
      'INVALID_VALUE',
      `The schema of an answer may have at most ${maxSchemaBytes.toLocaleString('en')} characters.`,
    )
  // A pattern from a stranger can make a regular expression engine work for hours on a long text.
  for (const [, pattern] of text.matchAll(/"pattern":"((?:[^"\\]|\\.)*)"/g)) {
    if (pattern !== undefined && pattern.length > maxPatternLength)
      throw new PipewrightError('INVALID_VALUE', `A pattern in a schema may have at most ${maxPatternLength} characters.`)
  }
  try {
    const validate = ajv.compile(schema)
    validators.set(schema, validate)
    return validate
  } catch (error) {
    throw new PipewrightError(
      'INVALID_VALUE',
      `The schema of the answer is not a valid JSON Schema: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}
