import type { DescriptionOf } from '../points/description.js'
import type { CompiledStep } from './compiled-pipeline.js'
import type { CompiledValue } from './compiled-value.js'
import type { PipelineDocument, StepDocument } from './document-schema.js'
import type { Place } from '../errors/pipewright-error.js'
import type { DocumentPath, SourceMap } from './source-map.js'

/** A step of a plan: its document, what is known of its type, and what has to be finished before it. */
export interface PlannedStep {
  readonly id: string
  readonly document: StepDocument
  readonly type: DescriptionOf<'step'> | DescriptionOf<'genesis-stage'>
  /** Ids of the steps that it refers to or names in `needs`. */
  readonly dependsOn: readonly string[]
  /** `provider/model`, or null when the step calls no model. */
  readonly model: string | null
  readonly compiled: CompiledStep
}

/** A guardrail that the pipeline uses, with its options. */
export interface PlannedGuardrail {
  readonly id: string
  readonly options: Readonly<Record<string, unknown>>
}

/** A pipeline after parsing, validation and binding to step types: a typed DAG. */
export interface Plan {
  readonly document: PipelineDocument
  readonly text: string
  /** Absolute. */
  readonly file: string
  /** In an order in which each stands after what it depends on. */
  readonly steps: readonly PlannedStep[]
  readonly guardrails: readonly PlannedGuardrail[]
  readonly outputs: CompiledValue
  /** Where in the text things stand. */
  readonly sources: SourceMap
}

/** Where a value of a plan's document stands. */
export function placeInPlan(plan: Plan, path: DocumentPath): Place {
  return { file: plan.file, ...plan.sources.value(path) }
}

/** Where a step of a plan, or a part of it, stands. */
export function placeOfStep(plan: Plan, step: string, path: DocumentPath = ['id']): Place {
  return placeInPlan(plan, ['steps', plan.document.steps.findIndex(({ id }) => id === step), ...path])
}
