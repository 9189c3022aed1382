/** Passes on what a source yields until a signal aborts, then throws its reason, whether the source heeds the signal or not. */
export async function* untilAborted<Item>(source: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item, void, void> {
  const iterator = source[Symbol.asyncIterator]()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  // Nobody may be waiting when it aborts.
  aborted.catch(() => {})
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    signal.throwIfAborted()
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted])
      if (next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    // Not waited for: a source that does not heed its signal may never come to its end, and what it says then comes too late.
    void Promise.resolve(iterator.return?.()).catch(() => {})
  }
}
