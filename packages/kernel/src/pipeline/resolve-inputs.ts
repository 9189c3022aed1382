import { PipewrightError, type PipewrightErrorOptions } from '../errors/pipewright-error.js'
import { inputJsonSchema } from './check-input-declarations.js'
import type { InputDocument } from './document-schema.js'
import { checkAgainstSchema, type SchemaProblem } from './json-schema.js'
import { nameHint } from './nearest.js'
import { placeInPlan, type Plan } from './plan.js'

/**
 * The inputs of a run: what was given, with defaults for the rest. Errors say where the input is declared.
 * @throws INPUT_UNKNOWN, INPUT_MISSING, INPUT_INVALID
 */
export function resolveInputs(plan: Plan, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { pipeline, inputs } = plan.document
  const declared = Object.keys(inputs)
  for (const name of Object.keys(given)) {
    if (!declared.includes(name)) {
      throw new PipewrightError('INPUT_UNKNOWN', `${pipeline} has no input "${name}".`, {
        hint: nameHint(name, declared, 'Leave it out.'),
        place: placeInPlan(plan, ['inputs']),
      })
    }
  }
  const resolved: Record<string, unknown> = {}
  for (const [name, input] of Object.entries(inputs)) {
    const place = placeInPlan(plan, ['inputs', name])
    const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? input.default
    if (value === undefined) {
      const what = input.description ? ` (${input.description})` : ''
      throw new PipewrightError('INPUT_MISSING', `${pipeline} needs the input "${name}"${what}.`, {
        hint: `Give it with --input ${name}=${input.type === 'file' ? 'PATH' : 'VALUE'}.`,
        place,
      })
    }
    const [problem] = problemsOf(name, input, value, { place })
    if (problem) throw new PipewrightError('INPUT_INVALID', `Input "${name}": ${problem.message}`, { hint: problem.hint, place })
    resolved[name] = value
  }
  return resolved
}

function problemsOf(name: string, input: InputDocument, value: unknown, options: PipewrightErrorOptions): SchemaProblem[] {
  try {
    return checkAgainstSchema(inputJsonSchema(input), value)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new PipewrightError('INPUT_INVALID', `Input "${name}" cannot be checked: ${message}`, { ...options, cause })
  }
}
