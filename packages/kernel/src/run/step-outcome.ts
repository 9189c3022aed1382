import type { PipewrightError } from '../errors/pipewright-error.js'
import type { Origin } from '../points/origin.js'
import type { EarlyStop, Question } from '../points/step.js'
import type { Usage } from '../points/usage.js'
import type { CompletedStep } from './run-state.js'

/** What has failed and been gone on from, as templates see it. */
export interface StepProblem {
  readonly code: string
  readonly message: string
}

export interface ItemProblem extends StepProblem {
  /** Which item, from 0. */
  readonly index: number
}

/** A step that failed for good. */
export interface FailedStep {
  readonly status: 'failed'
  readonly error: PipewrightError
  readonly attempts: number
  readonly durationMs: number
  readonly usage: Usage
}

/** A step that ended its pipeline early. */
export interface StoppedStep {
  readonly status: 'stopped'
  readonly output: EarlyStop
  readonly attempts: number
  readonly durationMs: number
  readonly usage: Usage
  readonly origin: Origin | null
}

export interface PausedStep {
  readonly status: 'paused'
  readonly questions: readonly Question[]
}

export type StepOutcome = CompletedStep | StoppedStep | FailedStep | PausedStep

/** What a step has come to before it is recorded. */
export type StepEnd =
  | {
      readonly status: 'succeeded'
      readonly output: unknown
      readonly attempts: number
      readonly problem?: StepProblem
      readonly cached?: boolean
      /** Of an output that an earlier run made: what answered then. */
      readonly origin?: Origin | null
    }
  | { readonly status: 'stopped'; readonly output: EarlyStop; readonly attempts: number }
  | Exclude<StepOutcome, { status: 'succeeded' | 'skipped' | 'stopped' }>
