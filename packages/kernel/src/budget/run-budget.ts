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
  /** When the call is broken off, in milliseconds from now. The hold lasts longer than that. */
  readonly timeoutMs: number
}

/** How much longer than the call itself may take a hold lasts when its holder has died, in milliseconds. */
const leaseMarginMs = 60_000
const longestLeaseMs = 30 * 24 * 60 * 60_000

/** Reserves the upper bound of a call on every account of a run before it, and settles it after. */
export class RunBudget {
  private readonly ledger: LedgerStore
  private readonly accounts: readonly AccountLimit[]
  private readonly own: AccountLimit

  /** @param own the run's own account, which is one of `accounts` */
  constructor(ledger: LedgerStore, accounts: readonly AccountLimit[], own: AccountLimit) {
    this.ledger = ledger
    this.accounts = accounts
    this.own = own
  }

  /** Holds what the call may cost at most; with a smaller output cap when that is all that is left. @throws BUDGET_EXCEEDED */
  async reserve(bound: CallBound): Promise<Reservation> {
    const leaseMs = Math.min(bound.timeoutMs + leaseMarginMs, longestLeaseMs)
    let cap = bound.maxOutputTokens
    // Each refusal names one account, and others may take from shared ones in between, so shrinking is tried more than once.
    for (let triesLeft = this.accounts.length * 2 + 2; ; triesLeft--) {
      const amount = { tokens: bound.inputTokens + cap, usd: bound.price(cap) }
      const result = await this.ledger.reserve(this.accounts, amount, leaseMs)
      if (result.ok) return this.reservation(result.reservation, amount, cap)
      const fitting = Math.min(largestFittingCap(bound, result.left), cap - 1)
      if (fitting < bound.minOutputTokens || triesLeft === 0) throw exceeded(result.account, result.left, bound)
      cap = fitting
    }
  }

  /** The same accounts and one more under the run's own, for what runs within it and has a budget of its own. */
  within(path: string, limit: Omit<AccountLimit, 'account'>): RunBudget {
    return new RunBudget(this.ledger, [...this.accounts, { ...limit, account: this.accountOf(path) }], this.own)
  }

  /** The name of the account of what runs at a path within the run. */
  accountOf(path: string): string {
    return `${this.own.account}/${path}`
  }

  /** The state of the run's own account. */
  async state(): Promise<{ reserved: number; spent: number; limit: number | null }> {
    const [state] = await this.ledger.accounts([this.own.account])
    return { reserved: state?.reserved.usd ?? 0, spent: state?.spent.usd ?? 0, limit: this.own.usd }
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
