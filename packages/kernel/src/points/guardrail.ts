import type { z } from 'zod'
import type { Clock, Logger } from '../plugin/services.js'
import type { JsonSchema } from './provider.js'

export type GuardrailPhase = 'pre-execution' | 'runtime' | 'post-execution'

/** What a guardrail looks at. */
export type GuardrailSubject =
  /** The whole plan, before anything is spent. */
  | {
      readonly type: 'plan'
      readonly pipeline: string
      readonly steps: readonly { readonly id: string; readonly uses: string; readonly with: unknown }[]
      readonly inputs: unknown
    }
  /** A value that goes into a model call (the prompt) or comes out of one (the answer). */
  | { readonly type: 'prompt' | 'answer'; readonly step: string; readonly model: string; readonly text: string }
  /** A value that enters or leaves the run. */
  | { readonly type: 'inputs' | 'outputs'; readonly pipeline: string; readonly value: unknown }

export interface VerdictFinding {
  /** The rule that matched, in the guardrail's own words. */
  readonly rule: string
  readonly message: string
}

export type Verdict =
  | { readonly action: 'allow' }
  | { readonly action: 'warn'; readonly findings: readonly VerdictFinding[] }
  /** The text is replaced by `text`. Only for prompts and answers. */
  | { readonly action: 'fix'; readonly findings: readonly VerdictFinding[]; readonly text: string }
  /** A person decides. */
  | { readonly action: 'ask'; readonly findings: readonly VerdictFinding[] }
  | { readonly action: 'block'; readonly findings: readonly VerdictFinding[] }

export interface GuardrailContext {
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly clock: Clock
}

/**
 * A check before, during or after a run. Contract v1. It is given a bounded time, must not change its subject, and
 * blocks when it throws or does not finish.
 */
export interface Guardrail<Options = unknown> {
  readonly contract: 'v1'
  readonly id: string
  readonly summary: string
  readonly phase: GuardrailPhase
  /** Which subjects it wants to see. */
  readonly subjects: readonly GuardrailSubject['type'][]
  /** What a pipeline may set: `guardrails: [{ <id>: { … } }]`. */
  readonly options: z.ZodType<Options>
  check(subject: GuardrailSubject, options: Options, context: GuardrailContext): Promise<Verdict> | Verdict
}

/** What can be known of a guardrail without loading its plugin. */
export interface GuardrailDescription {
  readonly kind: 'guardrail'
  readonly id: string
  readonly summary: string
  readonly phase: GuardrailPhase
  readonly options: JsonSchema
}

/** Keeps a guardrail's option types through its definition. */
export function defineGuardrail<Options>(guardrail: Guardrail<Options>): Guardrail<Options> {
  return guardrail
}
