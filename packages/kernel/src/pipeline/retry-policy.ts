import type { PipelineDocument, StepDocument } from './document-schema.js'

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number
  /** The wait before the second attempt, as a duration. */
  readonly backoff: string
  /** The longest wait, as a duration. */
  readonly max_backoff: string
  /** The error codes that are worth another attempt; absent: every error that may pass. */
  readonly on?: readonly string[] | undefined
}

/** What is tried again when nothing is said: a step that may be repeated, after an error that may pass. */
const usual: RetryPolicy = { attempts: 3, backoff: '1s', max_backoff: '1m' }
const once: RetryPolicy = { ...usual, attempts: 1 }

/** How often a step is tried. A step that is not safe to repeat is so only when it says so itself. */
export function retryPolicy(step: StepDocument, defaults: PipelineDocument['defaults'], safeToRepeat: boolean): RetryPolicy {
  return step.retry ?? (safeToRepeat ? (defaults.retry ?? usual) : once)
}
