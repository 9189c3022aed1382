import type { JsonSchema } from '../points/provider.js'
import type { CompiledValue } from './compiled-value.js'
import type { StepDocument } from './document-schema.js'
import { findExpressions } from './find-expressions.js'
import type { FindingList } from './finding-list.js'
import { checkAgainstSchema } from './json-schema.js'
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
  for (const { path, text: expression, language } of findExpressions(input, given)) {
    if (language !== 'jsonata') continue
    const problem = await jsonataProblem(expression)
    if (!problem) continue
    const place = [...base, ...path]
    const rest = problem.offset === undefined ? '' : expression.slice(problem.offset)
    findings.error(
      'semantic',
      'EXPRESSION_SYNTAX',
      `Step "${step.id}": ${problem.message}`,
      rest === '' ? findings.sources.value(place) : findings.sources.within(place, rest.split('\n')[0] ?? rest),
      'See https://docs.jsonata.org for the language.',
    )
  }
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
