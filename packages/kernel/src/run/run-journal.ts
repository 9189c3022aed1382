import type { JournalStore } from '../points/store.js'
import type { JournalRecord } from './journal-record.js'
import type { RunState } from './run-state.js'

type WithoutTime<Record> = Record extends unknown ? Omit<Record, 'at'> : never
/** A record before it is given its time. */
export type Unstamped = WithoutTime<JournalRecord>

/**
 * Writes a run's records, and keeps its state up to date with them. Records that are made in the same moment are
 * appended in one atomic act, so that steps that run side by side share the cost of making them durable.
 */
export class RunJournal {
  readonly state: RunState
  private readonly store: JournalStore
  private readonly runId: string
  private readonly now: () => number
  private pending: JournalRecord[] = []
  private flushing: Promise<void> | null = null

  constructor(store: JournalStore, runId: string, state: RunState, now: () => number) {
    this.store = store
    this.runId = runId
    this.state = state
    this.now = now
  }

  /** Adds a record that need not be durable before the run goes on; it is written with the next one that has to be. */
  note(record: Unstamped): void {
    const stamped = { ...record, at: this.now() } as JournalRecord
    this.pending.push(stamped)
    this.state.apply(stamped)
  }

  /** Adds a record and resolves once it survives the process. */
  async record(record: Unstamped): Promise<void> {
    this.note(record)
    await this.flush()
  }

  /** Resolves once everything noted so far survives the process. */
  async flush(): Promise<void> {
    // A flush that is under way may have taken its batch already, so a second one follows it.
    while (this.flushing) await this.flushing
    if (this.pending.length === 0) return
    this.flushing = Promise.resolve()
      .then(() => {
        const batch = this.pending
        this.pending = []
        return this.store.append(this.runId, batch).catch((error: unknown) => {
          // What could not be written now is written before what comes next, or the journal would have a gap.
          this.pending.unshift(...batch)
          throw error
        })
      })
      .finally(() => {
        this.flushing = null
      })
    await this.flushing
  }
}
