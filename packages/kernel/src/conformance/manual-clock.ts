import type { Clock } from '../plugin/services.js'

/** A clock that stands still until it is moved, so that leases and deadlines can be tested without waiting. */
export interface ManualClock extends Clock {
  /** Moves the time, and wakes those whose sleep has ended by then. */
  advance(ms: number): void
}

export function createManualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start
  const sleepers = new Map<() => void, number>()
  return {
    now: () => now,
    advance(ms) {
      now += ms
      for (const [wake, until] of sleepers) if (until <= now) wake()
    },
    after(ms, call) {
      const wake = (): void => {
        sleepers.delete(wake)
        call()
      }
      sleepers.set(wake, now + ms)
      return () => void sleepers.delete(wake)
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          sleepers.delete(wake)
          signal?.removeEventListener('abort', stop)
        }
        const wake = (): void => {
          leave()
          resolve()
        }
        const stop = (): void => {
          leave()
          reject(signal?.reason)
        }
        if (signal?.aborted) stop()
        else {
          sleepers.set(wake, now + ms)
          signal?.addEventListener('abort', stop, { once: true })
        }
      }),
  }
}
