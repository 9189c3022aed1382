import { PipewrightError } from '../errors/pipewright-error.js'
import type { AccountState, Amount, JournalStore, LedgerStore, OpenStore, RunHolder, RunSummary } from '../points/store.js'
import { lookBack } from '../points/past-runs.js'
import type { JournalRecord } from './journal-record.js'
import { createMemoryMemo } from './memory-memo.js'
import { pastRun } from './past-run.js'

/** A store that lives as long as the process, for runs that nobody resumes: a pipeline's tests, previews. */
export function createMemoryStore(now: () => number): OpenStore {
  return { durability: 'none', journal: createJournal(now), ledger: createLedger(now), memo: createMemoryMemo(now), close: async () => {} }
}

interface MemoryRun {
  summary: RunSummary
  readonly records: JournalRecord[]
  holder: RunHolder | null
}

function createJournal(now: () => number): JournalStore {
  const runs = new Map<string, MemoryRun>()
  const holderOf = ({ holder }: MemoryRun): RunHolder | null => (holder && holder.expiresAt > now() ? holder : null)
  const find = (runId: string): MemoryRun => {
    const run = runs.get(runId)
    if (!run) throw new PipewrightError('RUN_NOT_FOUND', `There is no run "${runId}".`)
    return run
  }
  return {
    create: async (summary) => void runs.set(summary.id, { summary, records: [], holder: null }),
    append: async (runId, records) => void find(runId).records.push(...records),
    async appendAfter(runId, after, records) {
      const run = find(runId)
      if (run.records.length !== after) return false
      run.records.push(...records)
      return true
    },
    read: async (runId, after = 0) => find(runId).records.slice(after),
    async setStatus(runId, status, finishedAt) {
      const run = find(runId)
      run.summary = { ...run.summary, status, finishedAt }
    },
    list: async (limit) =>
      [...runs.values()]
        .map((run) => run.summary)
        .toReversed()
        .slice(0, limit),
    get: async (runId) => runs.get(runId)?.summary ?? null,
    pastRuns: async (pipeline) =>
      [...runs.values()]
        .filter(({ summary }) => summary.pipeline === pipeline)
        .toReversed()
        .slice(0, lookBack.runs)
        .map(({ records: [first, ...records] }) => pastRun(first?.type === 'run-started' ? first.document : '', records)),
    async claim(runId, owner, leaseMs, { from } = {}) {
      const run = find(runId)
      const holder = holderOf(run)
      if (holder && holder.owner !== owner && holder.owner !== from) return false
      run.holder = { owner, expiresAt: now() + leaseMs }
      return true
    },
    holder: async (runId) => holderOf(find(runId)),
    async release(runId, owner) {
      const run = find(runId)
      if (run.holder?.owner === owner) run.holder = null
    },
  }
}

function createLedger(now: () => number): LedgerStore {
  const spent = new Map<string, Amount>()
  const holds = new Map<string, { accounts: readonly string[]; amount: Amount; expires: number }>()
  let next = 0
  const add = (left: Amount, right: Amount): Amount => ({ tokens: left.tokens + right.tokens, usd: left.usd + right.usd })
  const none: Amount = { tokens: 0, usd: 0 }
  const reservedOn = (account: string): Amount => {
    let sum = none
    for (const hold of holds.values()) if (hold.expires > now() && hold.accounts.includes(account)) sum = add(sum, hold.amount)
    return sum
  }
  const state = (account: string): AccountState => ({ account, reserved: reservedOn(account), spent: spent.get(account) ?? none })
  return {
    async reserve(accounts, amount, leaseMs) {
      for (const limit of accounts) {
        const { reserved, spent: used } = state(limit.account)
        const left = {
          tokens: limit.tokens === null ? null : limit.tokens - reserved.tokens - used.tokens,
          usd: limit.usd === null ? null : limit.usd - reserved.usd - used.usd,
        }
        if ((left.tokens !== null && left.tokens < amount.tokens) || (left.usd !== null && left.usd < amount.usd))
          return { ok: false, account: limit.account, left }
      }
      const reservation = String(next++)
      holds.set(reservation, { accounts: accounts.map((limit) => limit.account), amount, expires: now() + leaseMs })
      return { ok: true, reservation }
    },
    async commit(reservation, actual) {
      const hold = holds.get(reservation)
      if (!hold) return
      holds.delete(reservation)
      for (const account of hold.accounts) spent.set(account, add(spent.get(account) ?? none, actual))
    },
    release: async (reservation) => void holds.delete(reservation),
    async accounts(names) {
      const all = names ?? [...new Set([...spent.keys(), ...[...holds.values()].flatMap((hold) => hold.accounts)])]
      return all.map(state)
    },
  }
}
