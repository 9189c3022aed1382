import type { Clock } from '../plugin/services.js'

/** A signal with an end: the time that is given to a piece of work, within that of the work around it. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Rejects with the signal's reason when it aborts; for racing against work that may not heed the signal. */
  readonly passed: Promise<never>
  /** The work is over: what still goes on on its behalf is told to stop. */
  end(): void
}

/**
 * @param ms null: no end but that of the work around
 * @param reason what the signal aborts with when the time is over
 */
export function createDeadline(clock: Clock, ms: number | null, reason: () => Error, around?: AbortSignal): Deadline {
  const controller = new AbortController()
  const timer = new AbortController()
  const { promise: passed, reject } = Promise.withResolvers<never>()
  // Nobody may be waiting.
  passed.catch(() => {})
  controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true })
  const onAbortAround = (): void => controller.abort(around?.reason)
  if (around?.aborted) onAbortAround()
  around?.addEventListener('abort', onAbortAround, { once: true })
  if (ms !== null)
    void clock.sleep(ms, timer.signal).then(
      () => controller.abort(reason()),
      // Ended in time.
      () => {},
    )
  return {
    signal: controller.signal,
    passed,
    end() {
      timer.abort()
      around?.removeEventListener('abort', onAbortAround)
      controller.abort(new Error('The work that this belongs to is over.'))
    },
  }
}
