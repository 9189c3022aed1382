import type { InputDocument, PipelineDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import { checkAgainstSchema } from './json-schema.js'
import type { JsonSchema } from '../points/provider.js'

/** The JSON Schema of an input: a `file` is the string of its path, `any` is anything. */
export function inputJsonSchema(input: InputDocument): JsonSchema {
  const { type, default: _default, examples: _examples, ...rest } = input
  if (type === 'any') return rest
  return { ...rest, type: type === 'file' ? 'string' : type }
}

/** The keys of an input that may be wrong in ways of which the format says nothing. */
const freeKeys = ['items', 'properties', 'required', 'pattern', 'default'] as const

/** Checks that each input's default fits what the input says of itself. */
export function checkInputDeclarations(document: PipelineDocument, findings: FindingList): void {
  for (const [name, input] of Object.entries(document.inputs)) {
    if (freeKeys.every((key) => input[key] === undefined)) continue
    const path = ['inputs', name]
    try {
      const problems =
        input.default === undefined
          ? (checkAgainstSchema(inputJsonSchema(input), null), [])
          : checkAgainstSchema(inputJsonSchema(input), input.default)
      for (const problem of problems) {
        findings.error(
          'semantic',
          'INVALID_VALUE',
          `The default of input "${name}" does not fit: ${problem.message}`,
          findings.sources.value([...path, 'default', ...problem.path]),
          problem.hint,
        )
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      findings.error(
        'semantic',
        'INVALID_VALUE',
        `Input "${name}" is not a valid schema: ${message}.`,
        findings.sources.value(path),
        'Write `items` and `properties` as JSON Schema.',
      )
    }
  }
}
