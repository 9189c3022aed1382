import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AccountLimit, LedgerStore } from '../points/store.js'
import { createMemoryStore } from '../run/memory-store.js'
import { RunBudget, type CallBound } from './run-budget.js'

const runs = process.env['PIPEWRIGHT_FULL'] === '1' ? 5_000 : 100
/** A cent for each output token, and one for the whole input. */
const price = (outputTokens: number): number => (1 + outputTokens) / 100
const call: CallBound = { inputTokens: 100, maxOutputTokens: 50, minOutputTokens: 10, price, timeoutMs: 1000 }

function createBudget(own: Partial<AccountLimit>, day: Partial<AccountLimit> = {}): { budget: RunBudget; ledger: LedgerStore } {
  const { ledger } = createMemoryStore(() => 0)
  const accounts = [
    { account: 'day', tokens: null, usd: null, ...day },
    { account: 'run:1', tokens: null, usd: null, ...own },
  ] as const
  return { budget: new RunBudget(ledger, accounts, accounts[1]), ledger }
}

describe('a reservation', () => {
  it('holds the whole of what a call may cost, on every account', async () => {
    const { budget, ledger } = createBudget({ tokens: 1000 })
    const { maxOutputTokens } = await budget.reserve(call)
    expect(maxOutputTokens).toBe(50)
    for (const { reserved } of await ledger.accounts(['day', 'run:1'])) expect(reserved).toEqual({ tokens: 150, usd: 0.51 })
  })

  it.each<[string, Partial<AccountLimit>, Partial<AccountLimit>, number]>([
    ['tokens of the run', { tokens: 120 }, {}, 20],
    ['dollars of the run', { usd: 0.31 }, {}, 30],
    ['tokens of the day', {}, { tokens: 111 }, 11],
    ['both, and the tighter one counts', { usd: 0.31 }, { tokens: 115 }, 15],
  ])('is made smaller when that is what is left: %s', async (_what, own, day, cap) => {
    const { budget, ledger } = createBudget(own, day)
    const { maxOutputTokens, amount } = await budget.reserve(call)
    expect(maxOutputTokens).toBe(cap)
    expect(amount).toEqual({ tokens: 100 + cap, usd: price(cap) })
    expect((await ledger.accounts(['run:1']))[0]?.reserved).toEqual(amount)
  })

  it('is refused when less is left than the call needs, and then nothing is held', async () => {
    const { budget, ledger } = createBudget({ tokens: 109 })
    await expect(budget.reserve(call)).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      message: expect.stringContaining('110 tokens are needed and 109 are left'),
    })
    for (const { reserved } of await ledger.accounts(['day', 'run:1'])) expect(reserved).toEqual({ tokens: 0, usd: 0 })
  })

  it('becomes what was really used, or nothing', async () => {
    const { budget, ledger } = createBudget({ tokens: 300 })
    const [used, unused] = [await budget.reserve(call), await budget.reserve(call)]
    await expect(budget.reserve(call)).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
    await used.commit({ tokens: 30, usd: 0.1 })
    await unused.release()
    expect((await ledger.accounts(['run:1']))[0]).toMatchObject({ reserved: { tokens: 0 }, spent: { tokens: 30, usd: 0.1 } })
    expect(await budget.state()).toEqual({ reserved: 0, spent: 0.1, limit: null })
  })

  it('outlives the time that the call may take', async () => {
    let now = 0
    const { ledger } = createMemoryStore(() => now)
    const own = { account: 'run:1', tokens: 200, usd: null }
    const budget = new RunBudget(ledger, [own], own)
    await budget.reserve({ ...call, timeoutMs: 3 * 60 * 60_000 })
    now = 3 * 60 * 60_000
    await expect(budget.reserve({ ...call, minOutputTokens: 50 })).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
    now += 2 * 60_000
    await expect(budget.reserve(call)).resolves.toMatchObject({ maxOutputTokens: 50 })
  })

  it('within a nested pipeline counts on its account and on those around it', async () => {
    const { budget, ledger } = createBudget({ tokens: 1000 })
    const nested = budget.within('inner', { tokens: 120, usd: null })
    expect(await nested.reserve(call)).toMatchObject({ maxOutputTokens: 20 })
    const tokens = (await ledger.accounts(['day', 'run:1', 'run:1/inner'])).map(({ reserved }) => reserved.tokens)
    expect(tokens).toEqual([120, 120, 120])
    expect((await budget.state()).limit).toBeNull()
  })
})

it('never holds and spends more than the limit, however calls come and go side by side', async () => {
  const calls = fc.array(
    fc.record({
      input: fc.integer({ min: 0, max: 200 }),
      most: fc.integer({ min: 1, max: 200 }),
      least: fc.integer({ min: 1, max: 50 }),
      used: fc.double({ min: 0, max: 1, noNaN: true }),
      end: fc.constantFrom('commit', 'release', 'die'),
    }),
    { maxLength: 30 },
  )
  await fc.assert(
    fc.asyncProperty(calls, fc.integer({ min: 0, max: 1000 }), async (all, limit) => {
      const { budget, ledger } = createBudget({ tokens: limit }, { usd: limit / 200 })
      const within = async (): Promise<void> => {
        const [day, own] = await ledger.accounts(['day', 'run:1'])
        expect((own?.reserved.tokens ?? 0) + (own?.spent.tokens ?? 0)).toBeLessThanOrEqual(limit)
        expect((day?.reserved.usd ?? 0) + (day?.spent.usd ?? 0)).toBeLessThanOrEqual(limit / 200 + 1e-9)
      }
      await Promise.all(
        all.map(async ({ input, most, least, used, end }) => {
          const bound = { inputTokens: input, maxOutputTokens: most, minOutputTokens: Math.min(least, most), price, timeoutMs: 1000 }
          const held = await budget.reserve(bound).catch(() => null)
          await within()
          if (!held) return
          expect(held.maxOutputTokens).toBeLessThanOrEqual(most)
          expect(held.amount.tokens).toBe(input + held.maxOutputTokens)
          const output = Math.floor(held.maxOutputTokens * used)
          if (end === 'commit') await held.commit({ tokens: input + output, usd: price(output) })
          if (end === 'release') await held.release()
          await within()
        }),
      )
    }),
    { numRuns: runs },
  )
})
