import { maxMemoBytes, type MemoEntry, type MemoHolder, type MemoStore } from '../points/memo-store.js'

/** Memos that live as long as the process. */
export function createMemoryMemo(now: () => number): MemoStore {
  // As text, so that nobody can change an entry by changing what it was made from.
  const entries = new Map<string, string>()
  const holds = new Map<string, MemoHolder>()
  return {
    async get(key) {
      const text = entries.get(key)
      const entry = text === undefined ? null : (JSON.parse(text) as MemoEntry)
      if (entry?.expiresAt == null || entry.expiresAt > now()) return entry
      entries.delete(key)
      return null
    },
    async put(key, entry) {
      const text = JSON.stringify(entry)
      if (Buffer.byteLength(text) > maxMemoBytes) return false
      entries.set(key, text)
      holds.delete(key)
      return true
    },
    async hold(key, holder) {
      const before = holds.get(key)
      if (before) return before
      holds.set(key, holder)
      return holder
    },
    async letGo(run, key) {
      for (const [held, holder] of holds) if (holder.run === run && (key === undefined || held === key)) holds.delete(held)
    },
  }
}
