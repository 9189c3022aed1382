import { rm } from 'node:fs/promises'
import type { Amount, LedgerStore } from '@pipewright/kernel'
import { createManualClock, temporaryFolder, type ManualClock } from '@pipewright/kernel/conformance'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSqliteStore } from './sqlite-store.js'

/** The ledger as one would write it on a napkin. Money is in whole micro-dollars. */
interface Model {
  now: number
  readonly spent: Map<string, { tokens: number; micros: number }>
  readonly holds: { accounts: string[]; tokens: number; micros: number; expires: number; settled: boolean }[]
}

interface Real {
  readonly ledger: LedgerStore
  readonly clock: ManualClock
  readonly reservations: string[]
}

const limits: Readonly<Record<string, { tokens: number | null; micros: number | null }>> = {
  day: { tokens: 100, micros: null },
  tier: { tokens: null, micros: 50_000 },
  run: { tokens: 60, micros: 30_000 },
  free: { tokens: null, micros: null },
}

class Reserve implements fc.AsyncCommand<Model, Real> {
  readonly accounts: string[]
  readonly tokens: number
  readonly micros: number
  readonly leaseMs: number
  constructor(accounts: string[], tokens: number, micros: number, leaseMs: number) {
    this.accounts = accounts
    this.tokens = tokens
    this.micros = micros
    this.leaseMs = leaseMs
  }
  check(): boolean {
    return true
  }
  async run(model: Model, real: Real): Promise<void> {
    const fits = this.accounts.every((account) => {
      const used = inUse(model, account)
      const limit = limits[account] ?? { tokens: null, micros: null }
      return used.tokens + this.tokens <= (limit.tokens ?? Infinity) && used.micros + this.micros <= (limit.micros ?? Infinity)
    })
    const asked = this.accounts.map((account) => {
      const limit = limits[account] ?? { tokens: null, micros: null }
      return { account, tokens: limit.tokens, usd: limit.micros === null ? null : limit.micros / 1e6 }
    })
    const result = await real.ledger.reserve(asked, amount(this.tokens, this.micros), this.leaseMs)
    expect(result.ok).toBe(fits)
    if (!result.ok) return
    real.reservations.push(result.reservation)
    model.holds.push({
      accounts: this.accounts,
      tokens: this.tokens,
      micros: this.micros,
      expires: model.now + this.leaseMs,
      settled: false,
    })
  }
  toString(): string {
    return `reserve(${this.accounts.join('+')}, ${this.tokens}, ${this.micros}, ${this.leaseMs})`
  }
}

class Settle implements fc.AsyncCommand<Model, Real> {
  readonly index: number
  readonly spent: { tokens: number; micros: number } | null
  constructor(index: number, spent: { tokens: number; micros: number } | null) {
    this.index = index
    this.spent = spent
  }
  check(model: Readonly<Model>): boolean {
    return model.holds.length > 0
  }
  async run(model: Model, real: Real): Promise<void> {
    const index = this.index % model.holds.length
    const hold = model.holds[index]
    const reservation = real.reservations[index] ?? ''
    if (this.spent) await real.ledger.commit(reservation, amount(this.spent.tokens, this.spent.micros))
    else await real.ledger.release(reservation)
    if (!hold || hold.settled) return
    hold.settled = true
    for (const account of this.spent ? hold.accounts : []) {
      const before = model.spent.get(account) ?? { tokens: 0, micros: 0 }
      model.spent.set(account, {
        tokens: before.tokens + (this.spent?.tokens ?? 0),
        micros: before.micros + (this.spent?.micros ?? 0),
      })
    }
  }
  toString(): string {
    return this.spent ? `commit(${this.index}, ${this.spent.tokens}, ${this.spent.micros})` : `release(${this.index})`
  }
}

class Wait implements fc.AsyncCommand<Model, Real> {
  readonly ms: number
  constructor(ms: number) {
    this.ms = ms
  }
  check(): boolean {
    return true
  }
  async run(model: Model, real: Real): Promise<void> {
    model.now += this.ms
    real.clock.advance(this.ms)
  }
  toString(): string {
    return `wait(${this.ms})`
  }
}

class Compare implements fc.AsyncCommand<Model, Real> {
  check(): boolean {
    return true
  }
  async run(model: Model, real: Real): Promise<void> {
    const names = Object.keys(limits)
    const states = await real.ledger.accounts(names)
    for (const [index, account] of names.entries()) {
      const spent = model.spent.get(account) ?? { tokens: 0, micros: 0 }
      const used = inUse(model, account)
      expect(states[index]).toEqual({
        account,
        reserved: amount(used.tokens - spent.tokens, used.micros - spent.micros),
        spent: amount(spent.tokens, spent.micros),
      })
    }
  }
  toString(): string {
    return 'compare'
  }
}

const tokens = fc.integer({ min: 0, max: 40 })
const micros = fc.integer({ min: 0, max: 20_000 })
const commands = [
  fc
    .tuple(fc.subarray(Object.keys(limits), { minLength: 1 }), tokens, micros, fc.integer({ min: 1, max: 5000 }))
    .map(([accounts, tokenCount, microCount, leaseMs]) => new Reserve(accounts, tokenCount, microCount, leaseMs)),
  fc.tuple(fc.nat(50), fc.option(fc.record({ tokens, micros }))).map(([index, spent]) => new Settle(index, spent)),
  fc.integer({ min: 1, max: 3000 }).map((ms) => new Wait(ms)),
  fc.constant(new Compare()),
]

test('the ledger agrees with a simple model of it, whatever is done in whatever order', async () => {
  const folder = await temporaryFolder()
  let count = 0
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 60 }), async (sequence) => {
      const clock = createManualClock()
      const location = `${folder}/${count++}`
      const store = await createSqliteStore({ clock, durability: 'normal' }).open(location)
      const model: Model = { now: clock.now(), spent: new Map(), holds: [] }
      try {
        await fc.asyncModelRun(() => ({ model, real: { ledger: store.ledger, clock, reservations: [] } }), sequence)
        await new Compare().run(model, { ledger: store.ledger, clock, reservations: [] })
      } finally {
        await store.close()
        await rm(location, { recursive: true, force: true })
      }
    }),
    { numRuns: process.env['PIPEWRIGHT_FULL'] === '1' ? 1000 : 60, endOnFailure: true },
  )
})

/** What is spent and what holds still count on an account. */
function inUse(model: Readonly<Model>, account: string): { tokens: number; micros: number } {
  const used = { ...(model.spent.get(account) ?? { tokens: 0, micros: 0 }) }
  for (const hold of model.holds) {
    if (hold.settled || hold.expires <= model.now || !hold.accounts.includes(account)) continue
    used.tokens += hold.tokens
    used.micros += hold.micros
  }
  return used
}

function amount(tokenCount: number, microCount: number): Amount {
  return { tokens: tokenCount, usd: microCount / 1e6 }
}
