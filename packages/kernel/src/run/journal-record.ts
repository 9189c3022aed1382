import type { SerializedError } from '../errors/pipewright-error.js'
import type { Origin } from '../points/origin.js'
import type { Message, ModelResponse } from '../points/provider.js'
import type { TokenUsage, Usage } from '../points/usage.js'
import type { Answer, Question } from '../points/step.js'
import type { VerdictFinding } from '../points/guardrail.js'
import type { ItemProblem, StepProblem } from './step-outcome.js'

interface Stamped {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Where the record's value lies when it is too large for the journal, which then holds an empty one. */
  readonly stored?: StoredValue
}

export interface StoredValue {
  /** Of its JSON text: `sha256:` and the digest. */
  readonly file: string
  readonly bytes: number
}

/**
 * What a run's journal holds. A `step` is a path: `draft`, `classify[3]` for one item of a for_each, `each[3]/inner` for
 * a step of a nested pipeline.
 */
export type JournalRecord =
  | (Stamped & {
      readonly type: 'run-started'
      /** The document's whole text: a run can be resumed when the file has gone. */
      readonly document: string
      readonly file: string
      readonly inputs: Readonly<Record<string, unknown>>
      readonly settings: RunSettings
    })
  | (Stamped & {
      readonly type: 'run-resumed'
      readonly owner: string
      /** Ids of the steps under `finally:`, when they have run already: the end that they ran at was not the last. */
      readonly again?: readonly string[]
    })
  /** The pipeline was changed since, or steps of it are done again on purpose. */
  | (Stamped & {
      readonly type: 'run-edited'
      readonly document: string
      /** Ids of the steps that no longer count as done. */
      readonly again: readonly string[]
      /** The one of them that somebody named, and means to do again. */
      readonly from?: string
    })
  /** A step runs a pipeline file; another text of it than before makes the steps in it count as not done. */
  | (Stamped & { readonly type: 'nested-started'; readonly step: string; readonly file: string; readonly digest: string })
  /** Of steps that are not safe to repeat, before they begin; of others only when they are tried once more. */
  | (Stamped & { readonly type: 'step-started'; readonly step: string; readonly attempt: number })
  | (Stamped & {
      readonly type: 'step-finished'
      readonly step: string
      /** `stopped`: the step ended its pipeline early, and its output is how. */
      readonly status: 'succeeded' | 'skipped' | 'stopped'
      readonly output: unknown
      readonly problem?: StepProblem
      readonly problems?: readonly ItemProblem[]
      readonly cached?: boolean
      readonly attempts: number
      readonly durationMs: number
      readonly usage: Usage
      readonly origin: Origin | null
    })
  | (Stamped & {
      readonly type: 'step-failed'
      readonly step: string
      readonly attempts: number
      readonly durationMs: number
      readonly usage: Usage
      readonly error: SerializedError
    })
  /** A step that may not be repeated waits for a person and has done nothing yet that it should not do again. */
  | (Stamped & { readonly type: 'step-paused'; readonly step: string })
  | (Stamped & {
      readonly type: 'model-called'
      readonly step: string
      /** `provider/model` that answered. */
      readonly model: string
      readonly usage: TokenUsage
      readonly usd: number
      readonly origin: Origin
      readonly ok: boolean
    })
  /** What a for_each goes over, where that may be something else another time. */
  | (Stamped & { readonly type: 'items-listed'; readonly step: string; readonly items: readonly unknown[] })
  /** What a step has added to a conversation. */
  | (Stamped & { readonly type: 'session-said'; readonly step: string; readonly session: string; readonly messages: readonly Message[] })
  /** An answer that is paid for, and that the step will ask for again: it waits for a person's leave, or for a tool. */
  | (Stamped & { readonly type: 'answer-held'; readonly step: string; readonly request: string; readonly response: ModelResponse })
  /** The answers that a step has been given led to nothing: it asks anew. */
  | (Stamped & { readonly type: 'answers-dropped'; readonly step: string })
  | (Stamped & {
      readonly type: 'guardrail'
      readonly guardrail: string
      readonly step: string | null
      readonly action: string
      readonly findings: readonly VerdictFinding[]
    })
  | (Stamped & { readonly type: 'asked'; readonly step: string; readonly question: Question })
  | (Stamped & { readonly type: 'answered'; readonly step: string; readonly answer: Answer })
  | (Stamped & {
      readonly type: 'run-finished'
      readonly status: 'succeeded' | 'failed' | 'paused' | 'stopped' | 'interrupted'
      readonly outputs: Readonly<Record<string, unknown>>
      readonly error: SerializedError | null
      readonly usage: Usage
    })

/** What whoever started a run chose, kept so that a resumed run behaves the same. */
export interface RunSettings {
  /** Sends every model call to this provider, whatever the document names. */
  readonly provider?: string
  readonly providerSettings?: Readonly<Record<string, unknown>>
  readonly maxUsd?: number
  /** False: nothing is taken from the cache, and nothing put into it. Default true. */
  readonly cache?: boolean
  /** Absolute paths outside the project that the user named for this run. */
  readonly grantedFiles?: readonly string[]
}
