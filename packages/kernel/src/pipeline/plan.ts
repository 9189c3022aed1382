import type { Place } from '../errors/pipewright-error.js'
import type { DescriptionOf } from '../points/description.js'
import type { CompiledValue } from './compiled-value.js'
import type { ForEachDocument, PipelineDocument, StepDocument, ToolDocument } from './document-schema.js'
import type { CompiledTemplate } from './template-engine.js'
import type { DocumentPath, SourceMap } from './source-map.js'

/** A call of a step type: what it is, what it is given, and which models answer. */
export interface PlannedCall {
  readonly kind: 'call'
  readonly type: DescriptionOf<'step'> | DescriptionOf<'genesis-stage'>
  readonly with: CompiledValue
  /** `provider/model`, in the order in which they are asked; empty when the step calls no model. */
  readonly models: readonly string[]
  readonly tools: readonly PlannedTool[]
}

/** Steps that run together. */
export interface PlannedGroup {
  readonly kind: 'group'
  readonly block: PlannedBlock
}

/** Steps of which a value decides which ones run. */
export interface PlannedSwitch {
  readonly kind: 'switch'
  readonly on: CompiledTemplate
  readonly cases: ReadonlyMap<string, PlannedBlock>
  readonly otherwise: PlannedBlock | null
  /** Of all cases together: the steps of those that did not run count as skipped. */
  readonly output: CompiledValue | null
}

/** Steps that see each other. */
export interface PlannedBlock {
  /** In an order in which each stands after what it depends on. */
  readonly steps: readonly PlannedStep[]
  /** Without one, the output is that of the steps, by id. */
  readonly output: CompiledValue | null
}

/** A step that a model may call. */
export interface PlannedTool {
  readonly document: ToolDocument
  readonly step: PlannedStep
}

/** What a step is done for: once, or for each element of a list. */
export interface PlannedForEach {
  readonly document: ForEachDocument
  readonly items: CompiledValue
  /** The name of the item beside `item`. */
  readonly as: string | null
}

/** How often a step is done for each of its items. */
export interface PlannedLoop {
  readonly while: CompiledTemplate | null
  readonly until: CompiledTemplate | null
  readonly maxIterations: number
  readonly onLimit: 'fail' | 'continue'
}

export type PlannedErrorPolicy =
  | { readonly kind: 'fail' }
  | { readonly kind: 'continue'; readonly value: CompiledValue }
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'step'; readonly step: PlannedStep }

/** A step of a plan: its document, what it does, and what has to be finished before it. */
export interface PlannedStep {
  readonly id: string
  readonly document: StepDocument
  /** The way to it in the document. */
  readonly at: DocumentPath
  /** Ids of the steps of the same block that it, or a step in it, refers to or names in `needs`. */
  readonly dependsOn: readonly string[]
  /** Ids of steps outside of it that it, or a step in it, refers to. */
  readonly reads: readonly string[]
  readonly work: PlannedCall | PlannedGroup | PlannedSwitch
  readonly condition: CompiledTemplate | boolean
  readonly forEach: PlannedForEach | null
  readonly loop: PlannedLoop | null
  readonly onError: PlannedErrorPolicy
  readonly idempotencyKey: CompiledTemplate | null
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
  readonly block: PlannedBlock
  /** What runs at the end, whatever happened. */
  readonly finally: PlannedBlock
  /** In an order in which each stands after those that it refers to. */
  readonly variables: readonly { readonly name: string; readonly value: CompiledValue }[]
  readonly guardrails: readonly PlannedGuardrail[]
  readonly outputs: CompiledValue
  /** Every reference of the document, with where it stands. */
  readonly references: readonly LocatedReference[]
  /** Where in the text things stand. */
  readonly sources: SourceMap
}

/** Something that a template of the document refers to. */
export interface LocatedReference {
  /** `steps.draft.output.title` as its segments. */
  readonly reference: readonly (string | number)[]
  /** Where the template stands. */
  readonly path: DocumentPath
  /** The text of the template. */
  readonly source: string
  /** The id of the step that it is part of; null for outputs and variables. */
  readonly step: string | null
}

/** The steps of blocks and all that are inside of them: of groups, cases, fallbacks and tools. Outer ones before inner ones. */
export function* everyStep(...blocks: readonly PlannedBlock[]): Generator<PlannedStep, void, void> {
  for (const step of blocks.flatMap((block) => block.steps)) yield* stepAndInner(step)
}

/** The steps of a plan's blocks, and all that are inside of them. */
export function everyStepOf(plan: Pick<Plan, 'block' | 'finally'>): Generator<PlannedStep, void, void> {
  return everyStep(plan.block, plan.finally)
}

function* stepAndInner(step: PlannedStep): Generator<PlannedStep, void, void> {
  yield step
  yield* everyStep(...blocksOf(step))
  if (step.onError.kind === 'step') yield* stepAndInner(step.onError.step)
  if (step.work.kind === 'call') for (const tool of step.work.tools) yield* stepAndInner(tool.step)
}

/** The blocks of steps inside of a step. */
export function blocksOf({ work }: Pick<PlannedStep, 'work'>): readonly PlannedBlock[] {
  if (work.kind === 'group') return [work.block]
  if (work.kind === 'switch') return [...work.cases.values(), ...(work.otherwise ? [work.otherwise] : [])]
  return []
}

/** Where a value of a plan's document stands. */
export function placeInPlan(plan: Plan, path: DocumentPath): Place {
  return { file: plan.file, ...plan.sources.value(path) }
}

/** Where a step of a plan, or a part of it, stands. */
export function placeOfStep(plan: Plan, step: Pick<PlannedStep, 'at'>, path: DocumentPath = ['id']): Place {
  return placeInPlan(plan, [...step.at, ...path])
}
