/** An amount of each thing that a budget limits. */
export interface Cost {
  readonly tokens: number
  readonly usd: number
  readonly timeMs: number
}

/** Tokens at best, most likely, and at worst. */
export interface TokenRange {
  readonly low: number
  readonly expected: number
  readonly worst: number
}

/** What something will cost: at best, most likely, and at worst. */
export interface Estimate {
  readonly low: Cost
  readonly expected: Cost
  readonly worst: Cost
  /** What it adds to its session. Absent: as much as it costs. */
  readonly said?: TokenRange
}

export const noCost: Cost = { tokens: 0, usd: 0, timeMs: 0 }

export const freeEstimate: Estimate = { low: noCost, expected: noCost, worst: noCost }

/**
 * What the expected case of a step's estimate rests on: earlier runs of it on this machine, the counted tokens of a prompt
 * that is known, or what is assumed of steps like it.
 */
export type EstimateBasis = 'history' | 'counted' | 'assumed'
