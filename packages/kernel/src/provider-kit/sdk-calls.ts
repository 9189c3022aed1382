/** An SDK's client, for one call. Whatever it throws arrives as what it means, or as the reason of the abort. */
export interface SdkCalls<Sdk> {
  call<Result>(signal: AbortSignal, act: (sdk: Sdk) => Promise<Result>): Promise<Result>
  /** What a stream of the SDK gives, until it ends, fails or is aborted. */
  guard<Event>(signal: AbortSignal, events: AsyncIterable<Event>): AsyncIterable<Event>
}

/** @param map what an error of the SDK means; `isAnswering` is whether the answer had begun */
export function guardSdk<Sdk>(sdk: Sdk, map: (error: unknown, isAnswering: boolean) => Error): SdkCalls<Sdk> {
  const meaning = (error: unknown, signal: AbortSignal, isAnswering: boolean): unknown =>
    signal.aborted ? signal.reason : map(error, isAnswering)
  return {
    async call(signal, act) {
      try {
        signal.throwIfAborted()
        return await act(sdk)
      } catch (error) {
        throw meaning(error, signal, false)
      }
    },
    async *guard(signal, events) {
      try {
        yield* events
      } catch (error) {
        throw meaning(error, signal, true)
      }
      // The SDKs end an aborted stream as if it were complete.
      signal.throwIfAborted()
    },
  }
}
