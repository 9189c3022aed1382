import type { Clock } from '../plugin/services.js'
import type { MemoEntry, MemoHolder, MemoRead, MemoStore } from '../points/memo-store.js'

/** What a step has just made, as far as it is kept. */
export type Made = Pick<MemoEntry, 'output' | 'origin' | 'usage' | 'reads'>

export type MemoBeginning =
  /** The step is to be done, and nobody else does it meanwhile. */
  | { readonly kind: 'held' }
  /** It has been done already. */
  | { readonly kind: 'made'; readonly entry: MemoEntry }
  /** Another step has begun it, and nobody knows how that ends. */
  | { readonly kind: 'busy'; readonly holder: MemoHolder }

/** What earlier runs have made that still holds. */
export class Memo {
  private readonly store: MemoStore
  private readonly clock: Pick<Clock, 'now'>
  private readonly digest: (path: string) => Promise<string | null>

  /** @param digest the digest of a file as it is now, in hexadecimal; null when it cannot be read */
  constructor(store: MemoStore, clock: Pick<Clock, 'now'>, digest: (path: string) => Promise<string | null>) {
    this.store = store
    this.clock = clock
    this.digest = digest
  }

  /** What was made under a key; null when there is nothing, or it is too old, or a file that went into it has changed. */
  async recall(key: string): Promise<MemoEntry | null> {
    const entry = await this.store.get(key)
    return entry && (await this.areUnchanged(entry.reads)) ? entry : null
  }

  /** @param ttlMs how long it holds; null: until a later one takes its place. @returns false when it is too large to be kept */
  remember(key: string, { output, origin, usage, reads }: Made, ttlMs: number | null): Promise<boolean> {
    const at = this.clock.now()
    return this.store.put(key, { output, origin, usage, at, expiresAt: ttlMs === null ? null : at + ttlMs, reads })
  }

  /** Begins what is done only once. What was made of it before counts for good, whatever has become of the files that it read. */
  async begin(key: string, by: MemoHolder): Promise<MemoBeginning> {
    const holder = await this.store.hold(key, by)
    // Only now: whoever held it before has either made the entry or not begun.
    const entry = await this.store.get(key)
    const isMine = holder.run === by.run && holder.step === by.step
    if (entry) {
      if (isMine) await this.store.letGo(by.run, key)
      return { kind: 'made', entry }
    }
    return isMine ? { kind: 'held' } : { kind: 'busy', holder }
  }

  /** Says that a step has not done what it had begun, so that another may. */
  giveUp(key: string, by: MemoHolder): Promise<void> {
    return this.store.letGo(by.run, key)
  }

  private async areUnchanged(reads: readonly MemoRead[]): Promise<boolean> {
    for (const { path, sha256 } of reads) if ((await this.digest(path)) !== sha256) return false
    return true
  }
}
