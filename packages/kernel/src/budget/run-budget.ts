import { PipewrightError } from '../errors/pipewright-error.js'
import type { AccountLimit, Amount, LedgerStore } from '../points/store.js'

/** A hold on the run's budget, to be settled exactly once. */
export interface Reservation {
  /** The output tokens that the hold covers: what is asked for, or less when less is left. */
  readonly maxOutputTokens: number
  readonly amount: Amount
  commit(actual: Amount): Promise<void>
  release(): Promise<void>
}

export interface CallBound {
  readonly inputTokens: number
  readonly maxOutputTokens: number
  readonly minOutputTokens: number
  /** The price in US dollars of so many output tokens, the input included. Grows with the tokens. */
  readonly price: (outputTokens: number) => number
}

/** How long a hold outlives a holder that died, in milliseconds. Longer than any call may take. */
const leaseMs = 15 * 60_000

/** Reserves the upper bound of a call on every account of a run before it, and settles it after. */
export class RunBudget {
  private readonly ledger: LedgerStore
  private readonly accounts: readonly AccountLimit[]

  constructor(ledger: LedgerStore, accounts: readonly AccountLimit[]) {
    this.ledger = ledger
    this.accounts = accounts
  }

  /** Holds what the call may cost at most; with a smaller output cap when that is all that is left. @throws BUDGET_EXCEEDED */
  async reserve(bound: CallBound): Promise<Reservation> {
    let cap = bound.maxOutputTokens
    // Other runs may take from shared accounts between two attempts, so the shrinking is tried more than once.
    for (let attempt = 0; attempt < 4; attempt++) {
      const amount = { tokens: bound.inputTokens + cap, usd: bound.price(cap) }
      const result = await this.ledger.reserve(this.accounts, amount, leaseMs)
      if (result.ok) return this.reservation(result.reservation, amount, cap)
      const fitting = largestFittingCap(bound, result.left)
      if (fitting < bound.minOutputTokens || attempt === 3) throw exceeded(result.account, result.left, bound)
      cap = Math.min(fitting, cap - 1)
    }
    throw new PipewrightError('BUDGET_EXCEEDED', 'The budget is used up.')
  }

  /** The state of the run's own account. */
  async state(): Promise<{ reserved: number; spent: number; limit: number | null }> {
    const own = this.accounts.at(-1)
    if (!own) return { reserved: 0, spent: 0, limit: null }
    const [state] = await this.ledger.accounts([own.account])
    return { reserved: state?.reserved.usd ?? 0, spent: state?.spent.usd ?? 0, limit: own.usd }
  }

  private reservation(id: string, amount: Amount, maxOutputTokens: number): Reservation {
    return { amount, maxOutputTokens, commit: (actual) => this.ledger.commit(id, actual), release: () => this.ledger.release(id) }
  }
}

function largestFittingCap(bound: CallBound, left: { readonly tokens: number | null; readonly usd: number | null }): number {
  let cap = bound.maxOutputTokens
  if (left.tokens !== null) cap = Math.min(cap, Math.floor(left.tokens) - bound.inputTokens)
  if (left.usd !== null) {
    const inputPrice = bound.price(0)
    const perToken = (bound.price(bound.maxOutputTokens) - inputPrice) / bound.maxOutputTokens
    if (perToken > 0) cap = Math.min(cap, Math.floor((left.usd - inputPrice) / perToken))
    else if (inputPrice > left.usd) return 0
  }
  return cap
}

function exceeded(
  account: string,
  left: { readonly tokens: number | null; readonly usd: number | null },
  bound: CallBound,
): PipewrightError {
  const needed = { tokens: bound.inputTokens + bound.minOutputTokens, usd: bound.price(bound.minOutputTokens) }
  const short =
    left.tokens !== null && left.tokens < needed.tokens
      ? `${needed.tokens} tokens are needed and ${Math.max(0, left.tokens)} are left`
      : `$${needed.usd.toFixed(6)} is needed and $${Math.max(0, left.usd ?? 0).toFixed(6)} is left`
  return new PipewrightError('BUDGET_EXCEEDED', `The budget of ${account} does not cover the next call: ${short}.`, {
    details: { account, left, needed },
  })
}
