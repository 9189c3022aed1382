import { describe, expect, test } from 'vitest'
import type { AccountLimit, Amount, LedgerStore, ReserveResult } from '../points/store.js'
import type { StoreFixture } from './store.js'

const lease = 60_000
const none: Amount = { tokens: 0, usd: 0 }

/** What every ledger has to do. */
export function testLedger(fixture: () => Promise<StoreFixture>): void {
  describe('ledger', () => {
    test('holds on every account, and replaces the hold by what was spent', async () => {
      const { ledger } = await (await fixture()).open()
      const reservation = await hold(ledger, [limit('day', 100, 1), limit('run', 50, 0.5)], { tokens: 40, usd: 0.25 })
      const held = { reserved: { tokens: 40, usd: 0.25 }, spent: none }
      expect(await ledger.accounts(['day', 'run'])).toEqual([
        { account: 'day', ...held },
        { account: 'run', ...held },
      ])
      await ledger.commit(reservation, { tokens: 30, usd: 0.125 })
      const spent = { reserved: none, spent: { tokens: 30, usd: 0.125 } }
      expect(await ledger.accounts()).toEqual([
        { account: 'day', ...spent },
        { account: 'run', ...spent },
      ])
    })

    test('holds on no account when one has no room, and says what the tightest has left', async () => {
      const { ledger } = await (await fixture()).open()
      const limits = [limit('day', 100, null), limit('tier', 30, 1), limit('run', 60, 1)]
      expect(await ledger.reserve(limits, { tokens: 70, usd: 0.5 }, lease)).toEqual({
        ok: false,
        account: 'tier',
        left: { tokens: 30, usd: 1 },
      })
      expect(await ledger.reserve([limit('day', null, 0.25)], { tokens: 1e9, usd: 0.5 }, lease)).toEqual({
        ok: false,
        account: 'day',
        left: { tokens: null, usd: 0.25 },
      })
      expect((await ledger.accounts(['day', 'tier', 'run'])).map((state) => state.reserved)).toEqual([none, none, none])
    })

    test('fills an account to its limit and not a token or a millionth of a cent further', async () => {
      const { ledger } = await (await fixture()).open()
      const accounts = [limit('run', 10, 1)]
      for (let count = 0; count < 10; count++) await hold(ledger, accounts, { tokens: 1, usd: 0.1 })
      expect(await ledger.reserve(accounts, { tokens: 1, usd: 0 }, lease)).toMatchObject({ ok: false, left: { tokens: 0 } })
      expect(await ledger.reserve(accounts, { tokens: 0, usd: 0.00000001 }, lease)).toMatchObject({ ok: false, left: { usd: 0 } })
      expect(await ledger.reserve(accounts, none, lease)).toMatchObject({ ok: true })
    })

    test('never lets those who ask at once have more than there is', async () => {
      const { open } = await fixture()
      const first = (await open()).ledger
      const second = (await open()).ledger
      const asked = Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? first : second).reserve([limit('run', 100, null)], { tokens: 7, usd: 0 }, lease),
      )
      const granted = (await Promise.all(asked)).filter((result) => result.ok)
      expect(granted).toHaveLength(14)
    })

    test('gives back what is released', async () => {
      const { ledger } = await (await fixture()).open()
      const accounts = [limit('run', 10, 1)]
      const reservation = await hold(ledger, accounts, { tokens: 10, usd: 1 })
      await ledger.release(reservation)
      expect(await ledger.accounts(['run'])).toEqual([{ account: 'run', reserved: none, spent: none }])
      await hold(ledger, accounts, { tokens: 10, usd: 1 })
    })

    test('settles a hold once, whatever is said of it afterwards', async () => {
      const { ledger } = await (await fixture()).open()
      const committed = await hold(ledger, [limit('run', 100, null)], { tokens: 10, usd: 0 })
      const released = await hold(ledger, [limit('run', 100, null)], { tokens: 10, usd: 0 })
      await ledger.commit(committed, { tokens: 4, usd: 0 })
      await ledger.release(released)
      await ledger.commit(committed, { tokens: 4, usd: 0 })
      await ledger.release(committed)
      await ledger.commit(released, { tokens: 4, usd: 0 })
      await ledger.commit('no-such-reservation', { tokens: 4, usd: 0 })
      expect(await ledger.accounts(['run'])).toEqual([{ account: 'run', reserved: none, spent: { tokens: 4, usd: 0 } }])
    })

    test('records in full what was spent beyond the hold', async () => {
      const { ledger } = await (await fixture()).open()
      const accounts = [limit('run', 10, 1)]
      await ledger.commit(await hold(ledger, accounts, { tokens: 5, usd: 0.5 }), { tokens: 12, usd: 1.25 })
      expect(await ledger.accounts(['run'])).toEqual([{ account: 'run', reserved: none, spent: { tokens: 12, usd: 1.25 } }])
      expect(await ledger.reserve(accounts, { tokens: 1, usd: 0 }, lease)).toMatchObject({ ok: false, left: { tokens: -2, usd: -0.25 } })
    })

    test('no longer counts a hold whose lease ran out, and still takes down what it spent', async () => {
      const { open, clock } = await fixture()
      const { ledger } = await open()
      const accounts = [limit('run', 10, null)]
      const slow = await hold(ledger, accounts, { tokens: 10, usd: 0 })
      clock.advance(lease - 1)
      expect(await ledger.reserve(accounts, { tokens: 1, usd: 0 }, lease)).toMatchObject({ ok: false })
      clock.advance(1)
      expect(await ledger.accounts(['run'])).toEqual([{ account: 'run', reserved: none, spent: none }])
      await hold(ledger, accounts, { tokens: 2, usd: 0 })
      await ledger.commit(slow, { tokens: 7, usd: 0 })
      expect(await ledger.accounts(['run'])).toEqual([{ account: 'run', reserved: { tokens: 2, usd: 0 }, spent: { tokens: 7, usd: 0 } }])
    })

    test('keeps holds and spendings for whoever opens the place later', async () => {
      const { open } = await fixture()
      const first = await open()
      const stillOpen = await hold(first.ledger, [limit('run', 10, null)], { tokens: 3, usd: 0 })
      await first.ledger.commit(await hold(first.ledger, [limit('run', 10, null)], { tokens: 4, usd: 0 }), { tokens: 4, usd: 0 })
      await first.close()
      const { ledger } = await open()
      expect(await ledger.accounts(['run'])).toEqual([{ account: 'run', reserved: { tokens: 3, usd: 0 }, spent: { tokens: 4, usd: 0 } }])
      await ledger.commit(stillOpen, { tokens: 1, usd: 0 })
      expect(await ledger.accounts(['run', 'never used'])).toEqual([
        { account: 'run', reserved: none, spent: { tokens: 5, usd: 0 } },
        { account: 'never used', reserved: none, spent: none },
      ])
    })

    test.each([
      ['negative tokens', { tokens: -1, usd: 0 }],
      ['negative money', { tokens: 0, usd: -0.01 }],
      ['what is no number', { tokens: 0, usd: Number.NaN }],
      ['endless money', { tokens: 0, usd: Number.POSITIVE_INFINITY }],
    ])('refuses %s', async (_name, amount) => {
      const { ledger } = await (await fixture()).open()
      await expect(ledger.reserve([limit('run', null, null)], amount, lease)).rejects.toThrow()
      const reservation = await hold(ledger, [limit('run', null, null)], { tokens: 1, usd: 0 })
      await expect(ledger.commit(reservation, amount)).rejects.toThrow()
    })
  })
}

function limit(account: string, tokens: number | null, usd: number | null): AccountLimit {
  return { account, tokens, usd }
}

async function hold(ledger: LedgerStore, accounts: readonly AccountLimit[], amount: Amount): Promise<string> {
  const result: ReserveResult = await ledger.reserve(accounts, amount, lease)
  if (!result.ok) throw new Error(`not reserved: ${JSON.stringify(result)}`)
  return result.reservation
}
