import {
  guardSdk,
  readKey,
  sendOnly,
  type HttpFailureContext,
  type ModelRequest,
  type PluginContext,
  type SdkCalls,
} from '@pipewright/kernel'
import type OpenAI from 'openai'
import { mapError } from './map-error.js'

export type Services = Pick<PluginContext, 'clock' | 'fetch' | 'secret'>

export interface ClientSettings {
  /** What the other side is called where people read it. */
  readonly name: string
  readonly baseUrl: string
  readonly apiKeyEnvironment?: string | undefined
  readonly organization?: string | undefined
  readonly project?: string | undefined
  readonly timeoutMs: number
  /** The way out when nobody is there. */
  readonly unreachableHint?: string
}

const silent = { error() {}, warn() {}, info() {}, debug() {} }

export interface Client extends SdkCalls<OpenAI> {
  /** What an error has to be held against before it is told. */
  readonly failures: HttpFailureContext
}

/** The SDK's client, for one call. @throws PROVIDER_AUTH when a key is needed and not set */
export async function openClient(settings: ClientSettings, { clock, fetch, secret }: Services, request: ModelRequest): Promise<Client> {
  const { name, baseUrl, apiKeyEnvironment, organization, project, timeoutMs, unreachableHint } = settings
  const apiKey = apiKeyEnvironment === undefined ? undefined : readKey(secret, apiKeyEnvironment, name)
  // The SDK takes some 100 ms to load, which only those pay who call a model.
  const sdk = await import('openai')
  const client = new sdk.OpenAI({
    // It insists on one; without a key the header is not sent.
    apiKey: apiKey ?? 'none',
    baseURL: baseUrl,
    // Given, so that the SDK does not look for them in the environment.
    organization: organization ?? null,
    project: project ?? null,
    adminAPIKey: null,
    webhookSecret: null,
    timeout: timeoutMs,
    // The engine repeats calls, within the budget.
    maxRetries: 0,
    fetch: sendOnly(fetch, (header) => isMeant(header) && (header !== 'authorization' || apiKey !== undefined)),
    // The SDK would write broken answers to the console.
    logger: silent,
    logLevel: 'off',
  })
  const failures: HttpFailureContext = { secrets: apiKey === undefined ? [] : [apiKey], request, now: clock.now() }
  const calls = guardSdk(client, (error, isAnswering) =>
    mapError(error, { ...failures, provider: name, sdk, isAnswering, unreachableHint, now: clock.now() }),
  )
  return { ...calls, failures }
}

function isMeant(header: string): boolean {
  return /^(accept|authorization|content-type|user-agent|openai-organization|openai-project|idempotency-key|x-stainless-.*)$/.test(header)
}
