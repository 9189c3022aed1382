import type { Finding } from './errors/finding.js'
import type { PipelineDocument } from './pipeline/document-schema.js'
import type { HostServices } from './plugin/services.js'
import type { Estimate, EstimateBasis } from './points/estimate.js'
import type { ExtensionPoints } from './points/extension-points.js'
import type { GenesisServices } from './points/genesis-stage.js'
import type { PastRun } from './points/past-runs.js'
import type { Answer } from './points/step.js'
import type { Durability, OpenStore } from './points/store.js'
import type { Plan } from './pipeline/plan.js'
import type { SecretSource } from './secrets/secret-source.js'
import type { FileStore } from './run/file-store.js'
import type { RunSettings } from './run/journal-record.js'
import type { RunEvent, RunResult } from './run/run-result.js'

/** A document's text and the file it came from; the file need not exist, its name is what findings show. */
export interface DocumentSource {
  readonly text: string
  /** Absolute. */
  readonly file: string
}

export interface CheckedDocument {
  /** Null when the text cannot be read as a pipeline at all. */
  readonly document: PipelineDocument | null
  /** Null when there are errors. */
  readonly plan: Plan | null
  /** Syntax, semantic, logical and performance findings, in the order of the text. */
  readonly findings: readonly Finding[]
  /** Null when there are errors. */
  readonly estimate: PlanEstimate | null
}

export interface PlanEstimate {
  readonly total: Estimate
  /** The document's own steps; those in a step count with it. */
  readonly steps: readonly { readonly id: string; readonly estimate: Estimate; readonly basis: EstimateBasis }[]
}

export interface ProjectLimits {
  /** What all runs of one day (UTC) may use together. */
  readonly day?: Limit
  /** What one run may use at most, by the tier that its pipeline names. */
  readonly tiers?: Readonly<Record<string, Limit>>
}

export interface Limit {
  readonly tokens?: number
  readonly usd?: number
}

export interface EngineOptions {
  readonly points: ExtensionPoints
  readonly services: HostServices
  readonly store: OpenStore
  /** Absolute. What steps may read and write lies under it. */
  readonly projectRoot: string
  /** The project's default model as `provider/model`. */
  readonly defaultModel?: string
  /** Ids of guardrails that every pipeline of the project runs under, beside its own. */
  readonly guardrails?: readonly string[]
  /** Where steps store files by their content. Default: in memory, as long as the engine lives. */
  readonly files?: FileStore
  /** What `secrets.NAME` of templates stands for. Default: there are none. */
  readonly secrets?: SecretSource
  /** Earlier runs of a pipeline, newest first, to estimate from. Default: those of the store. */
  readonly pastRuns?: (pipeline: string) => Promise<readonly PastRun[]>
  /** Limits that the project sets. */
  readonly limits?: ProjectLimits
  /** Needed only to run genesis stages. */
  readonly genesis?: GenesisServices
}

export interface StartOptions {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly settings?: RunSettings
  /** Outputs, by step id, of steps that count as done before the run begins. For tests of single steps. */
  readonly completed?: Readonly<Record<string, unknown>>
  /** Aborting it ends the run as `interrupted`, resumable. */
  readonly signal?: AbortSignal
  readonly onEvent?: (event: RunEvent) => void
}

export interface ResumeOptions {
  /** The id of a step that is done again, with everything after it; of a run that has ended, too. */
  readonly from?: string
  /**
   * Takes the pipeline's file as it is now, if it was changed: only steps that were changed and those after them are done
   * again. Default: the run goes on with the pipeline as it was.
   */
  readonly reread?: boolean
  readonly signal?: AbortSignal
  readonly onEvent?: (event: RunEvent) => void
}

/** Reads, prices and runs pipelines. Built by `createEngine`. */
export interface Engine {
  /** What becomes of what runs record. */
  readonly durability: Durability
  /** Reads a document and validates it at the first four levels. Never throws for what the text holds; spends nothing. */
  check(source: DocumentSource, options?: { readonly inputs?: Readonly<Record<string, unknown>> }): Promise<CheckedDocument>
  /**
   * With counted tokens, and from what earlier runs needed, which takes some tenths of a second.
   * @param options `quick`: from what can be known at once
   */
  estimate(plan: Plan, inputs: Readonly<Record<string, unknown>>, options?: { readonly quick?: boolean }): Promise<PlanEstimate>
  /** Runs a plan. A run that fails, pauses or is stopped is a result, not an exception. @throws INPUT_… before anything runs. */
  start(plan: Plan, options: StartOptions): Promise<RunResult>
  /** Continues a paused, interrupted or crashed run; a finished one is returned as it ended. @throws RUN_NOT_FOUND, RUN_BUSY */
  resume(runId: string, options?: ResumeOptions): Promise<RunResult>
  /** Records a person's answer to what a run waits for. Once; does not resume it. @throws RUN_NOT_FOUND, RUN_NOT_WAITING, ANSWER_INVALID */
  answer(runId: string, answer: Answer, step?: string): Promise<void>
  /** How a run stands, from its journal. @throws RUN_NOT_FOUND */
  show(runId: string): Promise<RunResult>
  cancel(runId: string): Promise<void>
}
