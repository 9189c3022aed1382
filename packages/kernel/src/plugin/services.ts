/** Time, as everything that needs it is given it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls a function after `ms`, unless it is cancelled before. @returns what cancels it */
  after(ms: number, call: () => void): () => void
}

/** 0 ≤ x < 1. */
export type Random = () => number

export type Fetch = typeof globalThis.fetch

/** Structured, one line a record. Never given secrets or content. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  info(message: string, fields?: Readonly<Record<string, unknown>>): void
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** What runs on a machine differ in, so that tests can hold it still. */
export interface HostServices {
  readonly clock: Clock
  readonly random: Random
  readonly fetch: Fetch
  readonly logger: Logger
  readonly environment: Readonly<Record<string, string | undefined>>
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** A timer for longer than this fires at once. */
const longestTimerMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    if (ms > longestTimerMs) {
      // Whoever waits this long waits in pieces.
      let cancel = systemClock.after(longestTimerMs, () => (cancel = systemClock.after(ms - longestTimerMs, call)))
      return () => cancel()
    }
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
  async sleep(ms, signal) {
    let left = ms
    for (; left > longestTimerMs; left -= longestTimerMs) await sleepOnce(longestTimerMs, signal)
    await sleepOnce(left, signal)
  },
}

function sleepOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
