import { describe, expect, test } from 'vitest'
import { maxMemoBytes, type MemoEntry } from '../points/memo-store.js'
import { noUsage } from '../points/usage.js'
import type { StoreFixture } from './store.js'

const first = { run: 'run-1', step: 'send' }
const second = { run: 'run-2', step: 'send' }

/** What every store of memos has to do. */
export function testMemo(fixture: () => Promise<StoreFixture>): void {
  describe('memo', () => {
    test('gives an entry back as it was, to whoever opens the place later', async () => {
      const { open } = await fixture()
      const { memo, close } = await open()
      const entry: MemoEntry = {
        output: { text: 'Größe 🙂\u0000"\n', list: [1, null, { deep: [[]] }], none: null },
        origin: 'simulated',
        usage: { calls: 2, inputTokens: 10, outputTokens: 4, usd: 0.000125 },
        at: 12,
        expiresAt: null,
        reads: [
          { path: 'a.txt', sha256: 'f'.repeat(64) },
          { path: 'missing.txt', sha256: null },
        ],
      }
      expect(await memo.get('cache:a')).toBeNull()
      expect(await memo.put('cache:a', entry)).toBe(true)
      await close()
      const later = (await open()).memo
      expect(await later.get('cache:a')).toEqual(entry)
      expect(await later.get('once:a')).toBeNull()
    })

    test('keeps the last of several entries', async () => {
      const { open } = await fixture()
      const [mine, theirs] = [(await open()).memo, (await open()).memo]
      await mine.put('cache:a', memo('mine'))
      await theirs.put('cache:a', memo('theirs'))
      expect(await mine.get('cache:a')).toEqual(memo('theirs'))
    })

    test('forgets an entry when its time has come, and not before', async () => {
      const { open, clock } = await fixture()
      const { memo: store } = await open()
      await store.put('cache:a', memo('short', clock.now() + 1000))
      await store.put('cache:b', memo('long', clock.now() + 5000))
      clock.advance(999)
      expect(await store.get('cache:a')).toMatchObject({ output: 'short' })
      clock.advance(1)
      expect(await store.get('cache:a')).toBeNull()
      await store.put('cache:c', memo('other'))
      expect(await store.get('cache:b')).toMatchObject({ output: 'long' })
    })

    test('does not keep an entry that is too large, and says so', async () => {
      const { memo: store } = await (await fixture()).open()
      await store.put('cache:a', memo('small'))
      // Two bytes each in UTF-8.
      expect(await store.put('cache:a', memo('é'.repeat(maxMemoBytes / 2)))).toBe(false)
      expect(await store.get('cache:a')).toEqual(memo('small'))
      expect(await store.put('cache:b', memo('é'.repeat(maxMemoBytes / 2 - 500)))).toBe(true)
    })

    test('keeps no entry that cannot be written down', async () => {
      const { memo: store } = await (await fixture()).open()
      await expect(store.put('cache:a', memo(1n))).rejects.toThrow()
      expect(await store.get('cache:a')).toBeNull()
    })

    test('lets one step at a time hold a key, until its entry is there', async () => {
      const { open } = await fixture()
      const [mine, theirs] = [(await open()).memo, (await open()).memo]
      expect(await mine.hold('once:a', first)).toEqual(first)
      expect(await theirs.hold('once:a', second)).toEqual(first)
      expect(await mine.hold('once:a', first), 'who holds it goes on holding it').toEqual(first)
      expect(await theirs.hold('once:b', second)).toEqual(second)
      await mine.put('once:a', memo('done'))
      expect(await theirs.hold('once:a', second)).toEqual(second)
    })

    test('goes on holding a key whose entry could not be kept', async () => {
      const { memo: store } = await (await fixture()).open()
      await store.hold('once:a', first)
      await store.put('once:a', memo('x'.repeat(maxMemoBytes)))
      expect(await store.hold('once:a', second)).toEqual(first)
    })

    test('keeps a hold when its process is gone, and ends it when told to', async () => {
      const { open } = await fixture()
      const gone = await open()
      await gone.memo.hold('once:a', first)
      await gone.memo.hold('once:b', first)
      await gone.memo.hold('once:c', first)
      await gone.close()
      const { memo: store } = await open()
      await store.letGo('run-2', 'once:a')
      expect(await store.hold('once:a', second), 'only its own run lets a key go').toEqual(first)
      await store.letGo('run-1', 'once:a')
      expect(await store.hold('once:a', second)).toEqual(second)
      expect(await store.hold('once:b', second)).toEqual(first)
      await store.letGo('run-1')
      expect([await store.hold('once:b', second), await store.hold('once:c', second)]).toEqual([second, second])
      expect(await store.hold('once:a', first)).toEqual(second)
    })

    test('lets one of those have a key who ask for it at once', async () => {
      const { open } = await fixture()
      const [mine, theirs] = [(await open()).memo, (await open()).memo]
      const asked = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? mine : theirs).hold('once:a', { run: `run-${index}`, step: 'send' }),
      )
      const holders = new Set((await Promise.all(asked)).map(({ run }) => run))
      expect(holders.size).toBe(1)
    })
  })
}

function memo(output: unknown, expiresAt: number | null = null): MemoEntry {
  return { output, origin: null, usage: noUsage, at: 1, expiresAt, reads: [] }
}
