import type { DescriptionOf } from '../points/description.js'
import type { CompiledStep } from './compiled-pipeline.js'
import type { CompiledValue } from './compiled-value.js'
import type { PipelineDocument, StepDocument } from './document-schema.js'

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
}
