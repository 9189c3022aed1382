import { createHash } from 'node:crypto'
import { canonicalJson } from '../pipeline/canonical-json.js'
import type { StepClass } from '../points/step.js'

/** All that decides what a step makes. */
export interface CachedStep {
  readonly stepType: string
  /** The version of the plugin that the step type comes from. */
  readonly pluginVersion: string
  /** What `with:` renders to. */
  readonly input: unknown
  /** `provider/model` of the models that it asks, in that order. */
  readonly models: readonly string[]
  /** The provider that every call is sent to, whatever the models' names say: simulated answers are not taken for real ones. */
  readonly provider: string | null
  readonly providerSettings: Readonly<Record<string, unknown>>
  /** The guardrails that look at what the step asks and is answered, in their order: they may change both. */
  readonly guardrails: readonly { readonly id: string; readonly options: unknown }[]
  readonly class: StepClass
  /** Whatever else the step is given, for example the tools that it offers. */
  readonly more?: unknown
}

/** What is done once, however it is made. */
export interface OnceStep {
  /** The pipeline that the step stands in; a nested one by its own name. */
  readonly pipeline: string
  /** Its id in the document. */
  readonly step: string
  readonly stepType: string
  /** What `idempotency_key:` renders to. */
  readonly value: string
  /** The provider that every call is sent to, as for `CachedStep`: a trial is not taken for the real thing. */
  readonly provider: string | null
}

/** The key of what a step makes of its input: equal for equal steps of any run. */
export function cacheKey(step: CachedStep): string {
  return digest('cache', step)
}

/** The key of what a step of a pipeline does for one value of its `idempotency_key:`. */
export function onceKey(step: OnceStep): string {
  return digest('once', step)
}

function digest(scope: 'cache' | 'once', parts: object): string {
  return `${scope}:${createHash('sha256').update(canonicalJson(parts)).digest('hex')}`
}
