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
  /** The writing that comes next and takes all that is pending; null when nobody has asked for one. */
  private next: Promise<void> | null = null
  /** The writing that was asked for last, as long as it goes on. */
  private last: Promise<void> | null = null
  private writings = 0

  constructor(store: JournalStore, runId: string, state: RunState, now: () => number) {
    this.store = store
    this.runId = runId
    this.state = state
    this.now = now
  }

  /** Adds a record that need not be durable before the run goes on; it is written with the next one that has to be. */
  note(record: Unstamped): void {
    // There are thousands of them, and nobody else has this one: it is stamped, not copied.
    const stamped = Object.assign(record, { at: this.now() }) as JournalRecord
    this.pending.push(stamped)
    this.state.apply(stamped)
  }

  /** Adds a record and resolves once it survives the process. */
  record(record: Unstamped): Promise<void> {
    this.note(record)
    return this.flush()
  }

  /** Resolves once everything noted so far survives the process. */
  flush(): Promise<void> {
    if (this.next) return this.next
    if (this.pending.length === 0) return this.last ?? Promise.resolve()
    this.next = this.write(this.last)
    this.last = this.next
    return this.next
  }

  /** Writes what is pending once the writing before is over, and so together what is said meanwhile. */
  private async write(before: Promise<void> | null): Promise<void> {
    const writing = ++this.writings
    // Whoever asked for it is told when it fails.
    await before?.catch(() => {})
    this.next = null
    const batch = this.pending
    this.pending = []
    try {
      await this.store.append(this.runId, batch)
    } catch (error) {
      // What could not be written now is written before what comes next, or the journal would have a gap.
      this.pending.unshift(...batch)
      throw error
    } finally {
      if (writing === this.writings) this.last = null
    }
  }
}
