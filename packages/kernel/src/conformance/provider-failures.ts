import { inspect } from 'node:util'
import { describe, expect } from 'vitest'
import type { ErrorCode } from '../errors/error-table.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import type { ModelChunk, Provider } from '../points/provider.js'
import { conformanceContext, conformanceRequest, promptMarker, type ProviderFailure, type ProviderFixture } from './provider-scenario.js'

/** What each failure may be called. The first is the usual one. */
const codes: Readonly<Record<ProviderFailure, readonly ErrorCode[]>> = {
  'is-cut-off': ['PROVIDER_BAD_RESPONSE', 'PROVIDER_NETWORK'],
  'is-malformed': ['PROVIDER_BAD_RESPONSE'],
  'is-unreachable': ['PROVIDER_NETWORK'],
  'is-rate-limited': ['PROVIDER_RATE_LIMITED'],
  'is-overloaded': ['PROVIDER_OVERLOADED'],
  'times-out': ['PROVIDER_TIMEOUT'],
  'refuses-the-key': ['PROVIDER_AUTH'],
  'refuses-the-request': ['PROVIDER_INVALID_REQUEST'],
  'finds-it-too-long': ['PROVIDER_CONTEXT_TOO_LONG'],
}

const transient: ReadonlySet<ProviderFailure> = new Set([
  'is-cut-off',
  'is-malformed',
  'is-unreachable',
  'is-rate-limited',
  'is-overloaded',
  'times-out',
])

/** Every failure is one of the taxonomy's, is repeated only when that may help, and gives nothing away. */
export function testProviderFailures(fixture: ProviderFixture): void {
  describe('failures', () => {
    for (const [failure, expected] of Object.entries(codes) as [ProviderFailure, readonly ErrorCode[]][]) {
      fixture.check(failure, `is ${expected[0]} when the other side ${failure.replaceAll('-', ' ')}`, async ({ provider }) => {
        const { error, chunks } = await fail(provider, fixture)
        expect(expected).toContain(error.code)
        expect(error.retryable).toBe(transient.has(failure))
        expect(chunks.filter((chunk) => chunk.type === 'end')).toEqual([])
        const { retryAfterMs = 0 } = error
        expect(Number.isSafeInteger(retryAfterMs) && retryAfterMs >= 0).toBe(true)
        expectNothingGivenAway(error, fixture.secret)
      })
    }
  })
}

async function fail(provider: Provider, fixture: ProviderFixture): Promise<{ error: PipewrightError; chunks: ModelChunk[] }> {
  const chunks: ModelChunk[] = []
  try {
    for await (const chunk of provider.generate(conformanceRequest(fixture), conformanceContext(fixture))) chunks.push(chunk)
  } catch (error) {
    if (PipewrightError.isInstance(error)) return { error, chunks }
    throw new Error('Something else than a PipewrightError was thrown.', { cause: error })
  }
  throw new Error('Nothing was thrown.')
}

/** Neither the secret nor the prompt, in no part of the error: message, hint, details, stack, causes, JSON. */
function expectNothingGivenAway(error: PipewrightError, secret: string): void {
  const told = [inspect(error, { depth: 20, showHidden: true, maxStringLength: Infinity }), error.stack, error.hint, JSON.stringify(error)]
  for (const text of told) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(promptMarker)
  }
}
