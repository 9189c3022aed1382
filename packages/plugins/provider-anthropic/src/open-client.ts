import { PipewrightError, type ModelRequest, type PluginContext } from '@pipewright/kernel'
import type Anthropic from '@anthropic-ai/sdk'
import type { AnthropicConfig } from './anthropic-config.js'
import { mapError } from './map-error.js'

/** The SDK's client, for one call. Whatever it throws arrives as a PipewrightError, or as the reason of the abort. */
export interface Client {
  call<Result>(signal: AbortSignal, act: (sdk: Anthropic) => Promise<Result>): Promise<Result>
  /** What a stream of the SDK gives, until it ends, fails or is aborted. */
  guard<Event>(signal: AbortSignal, events: AsyncIterable<Event>): AsyncIterable<Event>
}

const silent = { error() {}, warn() {}, info() {}, debug() {} }

/** @throws PROVIDER_AUTH when the key is not set */
export async function openClient(
  config: AnthropicConfig,
  { clock, fetch, secret }: Pick<PluginContext, 'clock' | 'fetch' | 'secret'>,
  request: ModelRequest,
): Promise<Client> {
  const apiKey = secret(config.apiKeyEnvironment)
  if (apiKey === undefined || apiKey.trim() === '') {
    throw new PipewrightError(
      'PROVIDER_AUTH',
      `The environment variable ${config.apiKeyEnvironment} is not set: it holds the key for Anthropic.`,
      {
        hint: `Set ${config.apiKeyEnvironment}, or run with --provider simulated.`,
      },
    )
  }
  // The SDK takes some 100 ms to load, which only those pay who call a model.
  const sdk = await import('@anthropic-ai/sdk')
  const client = new sdk.Anthropic({
    apiKey,
    baseURL: config.baseUrl,
    timeout: config.timeoutMs,
    // The engine repeats calls, within the budget.
    maxRetries: 0,
    fetch,
    // The SDK would write prompts and broken answers to the console.
    logger: silent,
    logLevel: 'off',
  })
  const translate = (error: unknown, signal: AbortSignal, isAnswering: boolean): unknown => {
    if (signal.aborted) return signal.reason
    return mapError(error, { sdk, isAnswering, secrets: [apiKey], request, now: clock.now() })
  }
  return {
    async call(signal, act) {
      try {
        signal.throwIfAborted()
        return await act(client)
      } catch (error) {
        throw translate(error, signal, false)
      }
    },
    async *guard(signal, events) {
      try {
        yield* events
      } catch (error) {
        throw translate(error, signal, true)
      }
      // The SDK ends an aborted stream as if it were complete.
      signal.throwIfAborted()
    },
  }
}
