import { randomUUID } from 'node:crypto'
import type { StatementSync } from 'node:sqlite'
import {
  PipewrightError,
  type AccountLimit,
  type AccountState,
  type Amount,
  type Clock,
  type LedgerStore,
  type ReserveResult,
} from '@pipewright/kernel'
import { dollars, nanosDown, nanosUp } from './nano-dollars.js'
import type { StateDatabase } from './state-database.js'

/** An amount as the tables hold it. */
interface Whole {
  readonly tokens: number
  readonly nanos: number
}

interface Shortage {
  readonly account: string
  readonly left: { readonly tokens: number | null; readonly usd: number | null }
  /** Which part of the amount still fits. */
  readonly fits: number
}

/**
 * How long a hold is kept after it has expired, in milliseconds: it no longer counts, but a holder that was only slow can
 * still say what it really spent.
 */
const keepExpiredMs = 7 * 24 * 60 * 60 * 1000

/** What is held and what is spent on each account. Every change is one transaction that no other process writes in between. */
export class SqliteLedger implements LedgerStore {
  private readonly database: StateDatabase
  private readonly clock: Clock
  private readonly statements: Readonly<
    Record<'reserved' | 'spent' | 'hold' | 'held' | 'drop' | 'clean' | 'spend' | 'names', StatementSync>
  >

  constructor(database: StateDatabase, clock: Clock) {
    this.database = database
    this.clock = clock
    this.statements = {
      reserved: database.prepare(`
        select coalesce(sum(tokens), 0) as tokens, coalesce(sum(nanos), 0) as nanos
        from ledger_holds where account = ? and expires_at > ?`),
      spent: database.prepare('select spent_tokens as tokens, spent_nanos as nanos from ledger_accounts where account = ?'),
      hold: database.prepare('insert or ignore into ledger_holds (account, reservation, expires_at, tokens, nanos) values (?, ?, ?, ?, ?)'),
      held: database.prepare('select account from ledger_holds where reservation = ?'),
      drop: database.prepare('delete from ledger_holds where reservation = ?'),
      clean: database.prepare('delete from ledger_holds where account = ? and expires_at <= ?'),
      spend: database.prepare(`
        insert into ledger_accounts (account, spent_tokens, spent_nanos) values (:account, :tokens, :nanos)
        on conflict (account) do update set spent_tokens = spent_tokens + :tokens, spent_nanos = spent_nanos + :nanos`),
      names: database.prepare(`
        select account from ledger_accounts union select account from ledger_holds where expires_at > ? order by account`),
    }
  }

  async reserve(limits: readonly AccountLimit[], amount: Amount, leaseMs: number): Promise<ReserveResult> {
    const asked = toWhole(amount)
    return this.database.write(() => {
      const now = this.clock.now()
      const shortages = limits.flatMap((limit) => this.shortage(limit, asked, now))
      const [tightest] = shortages.toSorted((left, right) => left.fits - right.fits)
      if (tightest) return { ok: false, account: tightest.account, left: tightest.left }
      const reservation = randomUUID()
      for (const { account } of limits) {
        this.statements.clean.run(account, now - keepExpiredMs)
        this.statements.hold.run(account, reservation, Math.ceil(now + leaseMs), asked.tokens, asked.nanos)
      }
      return { ok: true, reservation }
    })
  }

  async commit(reservation: string, actual: Amount): Promise<void> {
    const spent = toWhole(actual)
    await this.database.write(() => {
      for (const row of this.statements.held.all(reservation)) {
        this.statements.spend.run({ account: String(row['account']), tokens: spent.tokens, nanos: spent.nanos })
      }
      this.statements.drop.run(reservation)
    })
  }

  async release(reservation: string): Promise<void> {
    await this.database.write(() => this.statements.drop.run(reservation))
  }

  async accounts(names?: readonly string[]): Promise<readonly AccountState[]> {
    return this.database.snapshot(() => {
      const now = this.clock.now()
      const all = names ?? this.statements.names.all(now).map((row) => String(row['account']))
      return all.map((account) => ({ account, reserved: toAmount(this.reserved(account, now)), spent: toAmount(this.spent(account)) }))
    })
  }

  /** Empty when the account has room for what is asked. */
  private shortage(limit: AccountLimit, asked: Whole, now: number): Shortage[] {
    const reserved = this.reserved(limit.account, now)
    const spent = this.spent(limit.account)
    const tokens = limit.tokens === null ? null : Math.floor(limit.tokens) - reserved.tokens - spent.tokens
    const nanos = limit.usd === null ? null : nanosDown(limit.usd) - reserved.nanos - spent.nanos
    const fits = Math.min(share(tokens, asked.tokens), share(nanos, asked.nanos))
    if (fits >= 1) return []
    return [{ account: limit.account, left: { tokens, usd: nanos === null ? null : dollars(nanos) }, fits }]
  }

  private reserved(account: string, now: number): Whole {
    return toWholeRow(this.statements.reserved.get(account, now))
  }

  private spent(account: string): Whole {
    return toWholeRow(this.statements.spent.get(account))
  }
}

/** How much of what is asked fits into what is left: 1 or more when all of it does. */
function share(left: number | null, asked: number): number {
  if (left === null || left >= asked) return 1
  return left / asked
}

function toWhole(amount: Amount): Whole {
  const whole = { tokens: Math.ceil(amount.tokens), nanos: nanosUp(amount.usd) }
  for (const value of [whole.tokens, whole.nanos]) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new PipewrightError('INTERNAL', `The ledger was given an impossible amount: ${amount.tokens} tokens, $${amount.usd}.`)
    }
  }
  return whole
}

function toWholeRow(row: Record<string, unknown> | undefined): Whole {
  return { tokens: Number(row?.['tokens'] ?? 0), nanos: Number(row?.['nanos'] ?? 0) }
}

function toAmount(whole: Whole): Amount {
  return { tokens: whole.tokens, usd: dollars(whole.nanos) }
}
