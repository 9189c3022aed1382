import { guardSdk, mapSdkFailure, readKey, sendOnly, type ModelRequest, type PluginContext, type SdkCalls } from '@pipewright/kernel'
import type Anthropic from '@anthropic-ai/sdk'
import type { APIError } from '@anthropic-ai/sdk'
import { providerName, type AnthropicConfig } from './anthropic-config.js'

const silent = { error() {}, warn() {}, info() {}, debug() {} }

/** The SDK's client, for one call. @throws PROVIDER_AUTH when the key is not set */
export async function openClient(
  config: AnthropicConfig,
  { clock, fetch, secret }: Pick<PluginContext, 'clock' | 'fetch' | 'secret'>,
  request: ModelRequest,
): Promise<SdkCalls<Anthropic>> {
  const apiKey = readKey(secret, config.apiKeyEnvironment, providerName)
  // The SDK takes some 100 ms to load, which only those pay who call a model.
  const sdk = await import('@anthropic-ai/sdk')
  const client = new sdk.Anthropic({
    apiKey,
    // Given, so that the SDK does not look for it in the environment.
    webhookKey: null,
    baseURL: config.baseUrl,
    timeout: config.timeoutMs,
    // The engine repeats calls, within the budget.
    maxRetries: 0,
    fetch: sendOnly(fetch, isMeant),
    // The SDK would write prompts and broken answers to the console, and calls to traces.
    logger: silent,
    logLevel: 'off',
    openTelemetry: false,
  })
  return guardSdk(client, (error, isAnswering) =>
    mapSdkFailure(error, { provider: providerName, sdk, isAnswering, readApiError, secrets: [apiKey], request, now: clock.now() }),
  )
}

function isMeant(header: string): boolean {
  return /^(accept|authorization|content-type|user-agent|anthropic-version|idempotency-key|x-stainless-.*)$/.test(header)
}

/** The statuses that the API's names of errors stand for, in streams, where there is no status any more. */
const statusOf: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
}

/** What a gateway answers instead of the API may hold a page of HTML: only the API's own words are told. */
function readApiError({ status, headers, type, errorCode, apiMessage }: APIError) {
  const name = [type, errorCode].filter((part) => part !== null).join(' ')
  return { status: status ?? statusOf[type ?? ''], headers, type: name, message: apiMessage ?? undefined }
}
