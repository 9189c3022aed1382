import { PipewrightError } from '../errors/pipewright-error.js'
import { inputJsonSchema } from './check-input-declarations.js'
import type { PipelineDocument } from './document-schema.js'
import { checkAgainstSchema } from './json-schema.js'
import { nameHint } from './nearest.js'

/**
 * The inputs of a run: what was given, with defaults for the rest.
 * @throws INPUT_UNKNOWN, INPUT_MISSING, INPUT_INVALID
 */
export function resolveInputs(document: PipelineDocument, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const declared = Object.keys(document.inputs)
  for (const name of Object.keys(given)) {
    if (!declared.includes(name)) {
      throw new PipewrightError('INPUT_UNKNOWN', `${document.pipeline} has no input "${name}".`, {
        hint: nameHint(name, declared, 'Leave it out.'),
      })
    }
  }
  const resolved: Record<string, unknown> = {}
  for (const [name, input] of Object.entries(document.inputs)) {
    const value = given[name] ?? input.default
    if (value === undefined) {
      const what = input.description ? ` (${input.description})` : ''
      throw new PipewrightError('INPUT_MISSING', `${document.pipeline} needs the input "${name}"${what}.`, {
        hint: `Give it with --input ${name}=${input.type === 'file' ? 'PATH' : 'VALUE'}.`,
      })
    }
    const [problem] = checkAgainstSchema(inputJsonSchema(input), value)
    if (problem) throw new PipewrightError('INPUT_INVALID', `Input "${name}": ${problem.message}`, { hint: problem.hint })
    resolved[name] = value
  }
  return resolved
}
