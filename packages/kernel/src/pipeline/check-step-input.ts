import type { JsonSchema } from '../points/provider.js'
import type { CompiledValue } from './compiled-value.js'
import type { StepDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import { checkAgainstSchema } from './json-schema.js'
import { languageAt } from './language-at.js'
import type { DocumentPath } from './source-map.js'

/** Checks the `with:` of a step against its step type, as far as it is known before running. */
export async function checkStepInput(
  step: StepDocument,
  at: DocumentPath,
  input: JsonSchema,
  compiled: CompiledValue,
  findings: FindingList,
): Promise<void> {
  const base = [...at, 'with']
  const given = step.with ?? {}
  const unknown = compiled.templates.map(({ path }) => path)
  for (const problem of checkAgainstSchema(input, given, unknown)) {
    const path = [...base, ...problem.path]
    const position = problem.atKey ? findings.sources.key(path) : findings.sources.value(path)
    findings.error('semantic', problem.code, `Step "${step.id}": ${problem.message}`, position, problem.hint)
  }
  for (const { path, text } of textsIn(given)) {
    if (languageAt(input, path) !== 'jsonata') continue
    const problem = await jsonataProblem(text)
    if (!problem) continue
    const at = [...base, ...path]
    const rest = problem.offset === undefined ? '' : text.slice(problem.offset)
    findings.error(
      'semantic',
      'EXPRESSION_SYNTAX',
      `Step "${step.id}": ${problem.message}`,
      rest === '' ? findings.sources.value(at) : findings.sources.within(at, rest.split('\n')[0] ?? rest),
      'See https://docs.jsonata.org for the language.',
    )
  }
}

function* textsIn(value: unknown, path: DocumentPath = []): Generator<{ readonly path: DocumentPath; readonly text: string }, void, void> {
  if (typeof value === 'string') yield { path, text: value }
  else if (Array.isArray(value)) for (const [index, element] of value.entries()) yield* textsIn(element, [...path, index])
  else if (typeof value === 'object' && value !== null)
    for (const [key, child] of Object.entries(value)) yield* textsIn(child, [...path, key])
}

async function jsonataProblem(expression: string): Promise<{ message: string; offset: number | undefined } | undefined> {
  const { default: jsonata } = await import('jsonata')
  try {
    jsonata(expression)
    return undefined
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number }
    return {
      message: `the JSONata expression cannot be read: ${message ?? String(error)}`,
      offset: position === undefined ? undefined : Math.max(0, position - 1),
    }
  }
}
