import type { Origin } from './origin.js'

/** What a step needed in a run. */
export interface PastStep {
  /** Its path in the run, for example `classify[3]`. */
  readonly step: string
  readonly durationMs: number
  readonly tokens: number
  readonly usd: number
  /** What answered its model calls; null when it made none. */
  readonly origin: Origin | null
  /** The models that answered, as `provider/model`. */
  readonly models: readonly string[]
}

/** An earlier run, as far as it tells what its steps need. */
export interface PastRun {
  /** The text of its pipeline. */
  readonly document: string
  /** Steps that were done, and not taken from the cache. */
  readonly steps: readonly PastStep[]
}

/** How many runs are looked back at, and how many records of each, so that looking is cheap however much there is. */
export const lookBack = { runs: 20, records: 200 } as const
