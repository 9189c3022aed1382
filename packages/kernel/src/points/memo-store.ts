import type { Origin } from './origin.js'
import type { Usage } from './usage.js'

/** A file that a step read, as it was then. */
export interface MemoRead {
  /** As the step named it. */
  readonly path: string
  /** The digest of its bytes in hexadecimal; null when there was nothing to read. */
  readonly sha256: string | null
}

/** What a step made, for later runs to take instead of making it again. */
export interface MemoEntry {
  readonly output: unknown
  /** What answered the step's model calls; null when it made none. */
  readonly origin: Origin | null
  /** What it used when it was made. */
  readonly usage: Usage
  /** When it was made, in milliseconds since the epoch. */
  readonly at: number
  /** When it no longer holds, in milliseconds since the epoch; null: never. */
  readonly expiresAt: number | null
  /** What it was made of beside its input: once one of these has changed it no longer holds. */
  readonly reads: readonly MemoRead[]
}

/** The step of a run that is about to make an entry. */
export interface MemoHolder {
  readonly run: string
  /** Its path in the run. */
  readonly step: string
}

/** The most bytes of JSON that an entry may have to be kept. */
export const maxMemoBytes = 8 * 1024 * 1024

/** Outputs by what they were made of, shared by every process that opens the same store. */
export interface MemoStore {
  /** Null when there is no entry, or it has expired. */
  get(key: string): Promise<MemoEntry | null>
  /**
   * Keeps an entry, in the place of the one before, and ends the hold on its key.
   * @returns false when it is larger than `maxMemoBytes`: nothing is kept then, and a hold stays
   */
  put(key: string, entry: MemoEntry): Promise<boolean>
  /** Holds a key for one step, for as long as it takes. @returns who holds it now: that step, or one that came before */
  hold(key: string, holder: MemoHolder): Promise<MemoHolder>
  /** Ends the hold of a step of this run on a key; without a key, all holds of the run. Others' holds stay. */
  letGo(run: string, key?: string): Promise<void>
}
