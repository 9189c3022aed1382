import type { SerializedError } from '../errors/pipewright-error.js'
import type { Origin } from '../points/origin.js'
import type { Question } from '../points/step.js'
import type { Usage } from '../points/usage.js'

/** `stopped`: the step ended the pipeline early. */
export type StepStatus = 'succeeded' | 'failed' | 'skipped' | 'stopped' | 'paused' | 'pending'

export interface StepResult {
  readonly id: string
  readonly status: StepStatus
  readonly attempts: number
  readonly durationMs: number
  readonly usage: Usage
  /** What answered the step's model calls; null when it made none. */
  readonly origin: Origin | null
  /** The output is an earlier run's, and cost nothing. */
  readonly cached?: boolean
}

/** A question that a step of a run has put to a person. */
export interface OpenQuestion extends Question {
  /** The path of the step, which an answer names when there are several. */
  readonly step: string
}

/** How a run came to a stop; one that is paused or interrupted can go on. */
export type RunEnd = 'succeeded' | 'failed' | 'paused' | 'stopped' | 'interrupted'

/** How a run stands or ended, as `run --json` prints it. */
export interface RunResult {
  readonly runId: string
  readonly pipeline: string
  /** `running` while a process is at work on it: only those are told so who ask how a run of others stands. */
  readonly status: RunEnd | 'running'
  readonly outputs: Readonly<Record<string, unknown>>
  readonly error: SerializedError | null
  readonly steps: readonly StepResult[]
  readonly usage: Usage
  /** What answered; null when no model was called. */
  readonly origin: Origin | null
  readonly budget: { readonly reserved: number; readonly spent: number; readonly limit: number | null }
  /** What waits for a person. */
  readonly questions: readonly OpenQuestion[]
  readonly durationMs: number
}

/** What happens during a run, for whoever watches. */
export type RunEvent =
  | { readonly type: 'run-started'; readonly runId: string; readonly steps: readonly string[] }
  /** The run goes on with a pipeline that was changed, or does steps again on purpose. */
  | { readonly type: 'run-edited'; readonly hold: readonly string[]; readonly again: readonly string[] }
  | { readonly type: 'step-started'; readonly step: string; readonly attempt: number }
  | { readonly type: 'step-progress'; readonly step: string; readonly message: string }
  | {
      readonly type: 'step-finished'
      readonly step: string
      readonly status: StepStatus
      readonly durationMs: number
      readonly usage: Usage
    }
  | {
      readonly type: 'step-retrying'
      readonly step: string
      readonly attempt: number
      readonly waitMs: number
      readonly error: SerializedError
    }
  | { readonly type: 'text'; readonly step: string; readonly text: string }
  | { readonly type: 'warning'; readonly step: string | null; readonly message: string }
  | { readonly type: 'run-finished'; readonly runId: string; readonly status: RunEnd }
