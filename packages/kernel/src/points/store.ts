import type { JournalRecord } from '../run/journal-record.js'
import type { MemoStore } from './memo-store.js'
import type { PastRun } from './past-runs.js'

export type RunStatus = 'running' | 'succeeded' | 'failed' | 'paused' | 'stopped' | 'interrupted'

/** A run as lists show it. */
export interface RunSummary {
  readonly id: string
  readonly pipeline: string
  readonly status: RunStatus
  /** RFC 3339, UTC. */
  readonly startedAt: string
  readonly finishedAt: string | null
}

/** A process that has taken a run. */
export interface RunHolder {
  readonly owner: string
  /** When its lease runs out unless it renews it, in milliseconds since the epoch. */
  readonly expiresAt: number
}

/** The append-only records of runs. */
export interface JournalStore {
  create(run: RunSummary): Promise<void>
  /** Appends records in one atomic act. When it returns, they survive the process. */
  append(runId: string, records: readonly JournalRecord[]): Promise<void>
  /**
   * Appends records if the run has exactly `after` of them already, in one atomic act: whoever has decided on what was read
   * knows that nothing has come in between.
   * @returns false when it has more or fewer; nothing is appended then
   */
  appendAfter(runId: string, after: number, records: readonly JournalRecord[]): Promise<boolean>
  /** The records of a run, in order, without the first `after`. @throws RUN_NOT_FOUND */
  read(runId: string, after?: number): Promise<readonly JournalRecord[]>
  setStatus(runId: string, status: RunStatus, finishedAt: string | null): Promise<void>
  /** Newest first. */
  list(limit: number): Promise<readonly RunSummary[]>
  get(runId: string): Promise<RunSummary | null>
  /**
   * What the steps of a pipeline's last runs needed, newest run first; within the bounds of `lookBack`, so that it takes
   * some milliseconds however much is recorded.
   */
  pastRuns(pipeline: string): Promise<readonly PastRun[]>
  /**
   * Takes a run for one process, or renews what it holds, until `leaseMs` from now.
   * @param options `from`: takes it from this owner too, as long as it is the one who holds it
   * @returns false when another process holds it.
   */
  claim(runId: string, owner: string, leaseMs: number, options?: { readonly from?: string }): Promise<boolean>
  /** Who holds a run; null when nobody does, or the lease has run out. @throws RUN_NOT_FOUND */
  holder(runId: string): Promise<RunHolder | null>
  release(runId: string, owner: string): Promise<void>
}

/** A hold on money and tokens that have not been spent yet. */
export interface Amount {
  readonly tokens: number
  readonly usd: number
}

/** One account of the tree, with the limits that hold for it now. `null`: no limit of that kind. */
export interface AccountLimit {
  /** For example `day:2026-11-23`, `run:01J…`; the parts before a slash are parents. */
  readonly account: string
  readonly tokens: number | null
  readonly usd: number | null
}

export interface AccountState {
  readonly account: string
  readonly reserved: Amount
  readonly spent: Amount
}

export type ReserveResult =
  | { readonly ok: true; readonly reservation: string }
  /** `left` is what the tightest account still has. */
  | { readonly ok: false; readonly account: string; readonly left: { readonly tokens: number | null; readonly usd: number | null } }

/** The account of what is held and what is spent, shared by every process that opens the same store. */
export interface LedgerStore {
  /** Holds `amount` on every account in one atomic act, or on none. The hold expires after `leaseMs`. */
  reserve(accounts: readonly AccountLimit[], amount: Amount, leaseMs: number): Promise<ReserveResult>
  /** Replaces a hold by what was really used. A hold is committed or released at most once; again is a no-op. */
  commit(reservation: string, actual: Amount): Promise<void>
  release(reservation: string): Promise<void>
  /** States of the accounts named, or of all. Expired holds are not counted. */
  accounts(names?: readonly string[]): Promise<readonly AccountState[]>
}

/**
 * What becomes of what is recorded: `full` survives a power cut, `normal` survives the process and may be lost with the
 * power, `none` ends with the process.
 */
export type Durability = 'full' | 'normal' | 'none'

export interface OpenStore {
  readonly durability: Durability
  readonly journal: JournalStore
  readonly ledger: LedgerStore
  readonly memo: MemoStore
  close(): Promise<void>
}

/** Where journals, ledgers and memos live. Contract v1. */
export interface Store {
  readonly contract: 'v1'
  readonly id: string
  /** @param location a folder, or what the store understands as an address. @throws STATE_UNWRITABLE, STATE_CORRUPT */
  open(location: string): Promise<OpenStore>
}

/** What can be known of a store without loading its plugin. */
export interface StoreDescription {
  readonly kind: 'store'
  readonly id: string
}
