import { describe, expect, onTestFinished, test } from 'vitest'
import type { Clock } from '../plugin/services.js'
import type { OpenStore, Store } from '../points/store.js'
import { createManualClock, type ManualClock } from './manual-clock.js'
import { testJournal } from './store-journal.js'
import { testLedger } from './store-ledger.js'
import { testMemo } from './store-memo.js'
import { temporaryFolder } from './temporary-folder.js'

export interface TestStoreOptions {
  /** Makes the store as its plugin does, on a clock that the tests move. */
  readonly create: (services: { readonly clock: Clock }) => Store
  /** A place that nothing has been stored in yet. Default: a temporary folder. */
  readonly location?: () => Promise<string>
}

/** A store as one test sees it. */
export interface StoreFixture {
  readonly clock: ManualClock
  /** Opens the same place; each call as another process would. Closed when the test ends. */
  readonly open: () => Promise<OpenStore>
}

/** What every store has to do. Call it at the top of a test file. */
export function testStore(options: TestStoreOptions): void {
  const fixture = async (): Promise<StoreFixture> => {
    const clock = createManualClock()
    const location = await (options.location ?? temporaryFolder)()
    const store = options.create({ clock })
    return {
      clock,
      open: async () => {
        const opened = await store.open(location)
        onTestFinished(() => opened.close())
        return opened
      },
    }
  }

  describe('store conformance', () => {
    test('names itself and its contract', () => {
      const store = options.create({ clock: createManualClock() })
      expect(store.contract).toBe('v1')
      expect(store.id).toMatch(/^[a-z][a-z0-9_-]*$/)
    })

    test('says what becomes of what it records', async () => {
      const { durability } = await (await fixture()).open()
      expect(['full', 'normal', 'none']).toContain(durability)
    })

    test('may be closed twice', async () => {
      const { open } = await fixture()
      const store = await open()
      await store.close()
      await expect(store.close()).resolves.toBeUndefined()
    })

    testJournal(fixture)
    testLedger(fixture)
    testMemo(fixture)
  })
}
