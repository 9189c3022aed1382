import type { JsonSchema } from '../points/provider.js'
import { compileValue, type CompiledValue } from './compiled-value.js'
import type { PipelineDocument, StepDocument } from './document-schema.js'
import { compileCondition, isTemplate, type CompiledTemplate, type Reference } from './template-engine.js'
import type { DocumentPath } from './source-map.js'

/** A step's templates, compiled once and evaluated for each run and item. */
export interface CompiledStep {
  readonly with: CompiledValue
  readonly condition: CompiledTemplate | boolean | null
  /** Evaluates to the list to go over; null when the step runs once. */
  readonly forEach: CompiledValue | null
  /** Every reference of the step, with where it stands in the document. */
  readonly references: readonly LocatedReference[]
}

export interface LocatedReference {
  readonly reference: Reference
  readonly path: DocumentPath
  /** The text of the template that makes it. */
  readonly source: string
  /** Stands where `item` and `index` have a value. */
  readonly inLoop: boolean
}

export type CompileProblem = (path: DocumentPath, error: unknown) => void

/**
 * Compiles the templates of a step.
 * @param input the JSON Schema of its `with:`; properties in a language of their own are not templates
 */
export function compileStep(step: StepDocument, index: number, input: JsonSchema | undefined, onProblem: CompileProblem): CompiledStep {
  const at: DocumentPath = ['steps', index]
  const inLoop = step.for_each !== undefined
  const withValue = compileValue(step.with, (path, error) => onProblem([...at, 'with', ...path], error), literalKeys(input))
  const references: LocatedReference[] = withValue.templates.flatMap(({ path, template }) =>
    locate(template, [...at, 'with', ...path], inLoop),
  )

  let condition: CompiledTemplate | boolean | null = null
  if (typeof step.if === 'boolean') condition = step.if
  else if (step.if !== undefined) {
    try {
      condition = compileCondition(step.if)
      references.push(...locate(condition, [...at, 'if'], false))
    } catch (error) {
      onProblem([...at, 'if'], error)
    }
  }

  let forEach: CompiledValue | null = null
  if (step.for_each !== undefined) {
    forEach = compileValue(listExpression(step.for_each), (path, error) => onProblem([...at, 'for_each', ...path], error))
    references.push(...forEach.templates.flatMap(({ path, template }) => locate(template, [...at, 'for_each', ...path], false)))
  }
  return { with: withValue, condition, forEach, references }
}

/** Compiles the `outputs:` of a pipeline. */
export function compileOutputs(
  document: PipelineDocument,
  onProblem: CompileProblem,
): { readonly value: CompiledValue; readonly references: readonly LocatedReference[] } {
  const value = compileValue(document.outputs, (path, error) => onProblem(['outputs', ...path], error))
  return { value, references: value.templates.flatMap(({ path, template }) => locate(template, ['outputs', ...path], false)) }
}

/** Properties whose text is an expression of the step's own. */
export function expressionKeys(input: JsonSchema | undefined): ReadonlyMap<string, string> {
  const properties = (input?.['properties'] ?? {}) as Record<string, { language?: unknown }>
  return new Map(
    Object.entries(properties).flatMap(([key, schema]) => (typeof schema.language === 'string' ? [[key, schema.language]] : [])),
  )
}

function literalKeys(input: JsonSchema | undefined): ReadonlySet<string> {
  return new Set(expressionKeys(input).keys())
}

/** `for_each: inputs.tickets` reads the same as `for_each: "{{ inputs.tickets }}"`. */
function listExpression(value: string | readonly unknown[]): unknown {
  return typeof value === 'string' && !isTemplate(value) ? `{{ ${value} }}` : value
}

function locate(template: CompiledTemplate, path: DocumentPath, inLoop: boolean): LocatedReference[] {
  return template.references.map((reference) => ({ reference, path, source: template.source, inLoop }))
}
