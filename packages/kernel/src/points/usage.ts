/** What one model call used, as the provider reported it. All figures are tokens. */
export interface TokenUsage {
  /** The whole input, cached parts included. */
  readonly inputTokens: number
  /** The whole output, hidden reasoning included. */
  readonly outputTokens: number
  /** The part of the input that was read from the provider's cache. */
  readonly cachedInputTokens?: number
  /** The part of the input that was written to the provider's cache. */
  readonly cacheWriteTokens?: number
  /** The part of the output that was hidden reasoning. */
  readonly reasoningTokens?: number
  /** True when the provider reported nothing and the figures were counted here. */
  readonly estimated?: boolean
}

/** What a step or a run used in all. */
export interface Usage {
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly usd: number
}

export const noUsage: Usage = { calls: 0, inputTokens: 0, outputTokens: 0, usd: 0 }

export function addUsage(left: Usage, right: Usage): Usage {
  return {
    calls: left.calls + right.calls,
    inputTokens: left.inputTokens + right.inputTokens,
    outputTokens: left.outputTokens + right.outputTokens,
    // In whole billionths of a dollar, as the ledger counts: sums of prices carry no noise.
    usd: Math.round((left.usd + right.usd) * 1e9) / 1e9,
  }
}
