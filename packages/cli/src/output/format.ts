import type { Origin, Usage } from '@pipewright/kernel'

/** `$0.0123`, with as many digits as the amount needs. */
export function money(usd: number): string {
  if (usd === 0) return '$0'
  return usd < 0.01 ? `$${usd.toFixed(6)}` : `$${usd.toFixed(4)}`
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

/** A usage in one line. */
export function usageLine(usage: Usage): string {
  if (usage.calls === 0) return 'no model calls'
  return `${usage.calls} model call${usage.calls === 1 ? '' : 's'}, ${count(usage.inputTokens)} tokens in, ${count(usage.outputTokens)} out, ${money(usage.usd)}`
}

/** Where answers came from, plainly. */
export function originNote(origin: Origin | null): string {
  switch (origin) {
    case 'simulated':
      return 'SIMULATED answers: no real model was asked, and the money is what the named model would have cost'
    case 'authored':
      return 'AUTHORED answers: written by hand, not by a model'
    case 'real':
      return 'answers from a real model'
    case null:
      return 'no model was asked'
  }
}
