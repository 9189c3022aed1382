import { createManualClock } from '../conformance/manual-clock.js'
import { testMemo } from '../conformance/store-memo.js'
import { createMemoryStore } from './memory-store.js'

// Whoever opens it again in the same process finds the same memos.
testMemo(async () => {
  const clock = createManualClock()
  const store = createMemoryStore(clock.now)
  return { clock, open: async () => store }
})
