import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { ModelRequest } from '../points/provider.js'
import { mapHttpFailure, readRetryAfter, type HttpFailure } from './http-failure.js'

const prompt = 'Summarise the letter that Mrs. Okonkwo-Lindqvist wrote to the council in March.'
const request: ModelRequest = { model: 'm', messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }], maxOutputTokens: 10 }
const now = Date.UTC(2026, 0, 1)
const map = (failure: Partial<HttpFailure>) =>
  mapHttpFailure({ provider: 'Acme', status: 400, ...failure }, { secrets: ['hunter2-hunter2'], request, now })

describe('the taxonomy', () => {
  it.each([
    [{ status: 400 }, 'PROVIDER_INVALID_REQUEST', false],
    [{ status: 404, message: 'model: claude-nothing' }, 'PROVIDER_INVALID_REQUEST', false],
    [{ status: 422 }, 'PROVIDER_INVALID_REQUEST', false],
    [{ status: 400, message: 'prompt is too long: 215000 tokens > 200000 maximum' }, 'PROVIDER_CONTEXT_TOO_LONG', false],
    [{ status: 400, type: 'context_length_exceeded', message: 'no' }, 'PROVIDER_CONTEXT_TOO_LONG', false],
    [{ status: 400, message: "This model's maximum context length is 4096 tokens." }, 'PROVIDER_CONTEXT_TOO_LONG', false],
    [{ status: 413 }, 'PROVIDER_CONTEXT_TOO_LONG', false],
    [{ status: 400, type: 'content_filter' }, 'PROVIDER_FILTERED', false],
    [{ status: 401 }, 'PROVIDER_AUTH', false],
    [{ status: 402 }, 'PROVIDER_AUTH', false],
    [{ status: 400, message: 'Your credit balance is too low to access the API' }, 'PROVIDER_AUTH', false],
    [{ status: 429, type: 'rate_limit_error contract_spend_limit_reached' }, 'PROVIDER_RATE_LIMITED', false],
    [{ status: 403 }, 'PROVIDER_AUTH', false],
    [{ status: 403, message: 'Your input was flagged' }, 'PROVIDER_FILTERED', false],
    [{ status: 408 }, 'PROVIDER_TIMEOUT', true],
    [{ status: 504 }, 'PROVIDER_TIMEOUT', true],
    [{ status: 429 }, 'PROVIDER_RATE_LIMITED', true],
    [{ status: 429, type: 'insufficient_quota' }, 'PROVIDER_RATE_LIMITED', false],
    [{ status: 500 }, 'PROVIDER_OVERLOADED', true],
    [{ status: 500, message: 'the request exceeds the available context size' }, 'PROVIDER_CONTEXT_TOO_LONG', false],
    [{ status: 503 }, 'PROVIDER_OVERLOADED', true],
    [{ status: 529 }, 'PROVIDER_OVERLOADED', true],
  ] as const)('%j is %s', (failure, code, retryable) => {
    expect(map(failure)).toMatchObject({ code, retryable })
  })
})

describe('retry-after', () => {
  it.each([
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': '0.25' }, 250],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '1500', 'retry-after': '2' }, 1_500],
    [{ 'retry-after': '99999999999' }, 86_400_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j is %s ms', (headers, expected) => {
    expect(readRetryAfter(new Headers(headers), now)).toBe(expected)
  })
})

describe('what is said', () => {
  it('is told, since it says what to change', () => {
    expect(map({ message: 'max_tokens: 100000 > 64000, which is the most that this model allows' }).message).toContain(
      'max_tokens: 100000 > 64000',
    )
  })

  it('holds neither the key nor the prompt, however they are quoted', () => {
    const error = map({
      message: `Bad key hunter2-hunter2 (Bearer abcdefghijkl, sk-ant-12345678) for "${prompt}", more so "${prompt.slice(20, 60)}".`,
    })
    const told = inspect(error, { depth: 10 })
    for (const secret of ['hunter2', 'abcdefghijkl', 'sk-ant', 'Okonkwo', 'Lindqvist', 'council']) expect(told).not.toContain(secret)
    expect(error.message).toContain('Bad key [redacted]')
  })

  it('is cut short', () => {
    expect(map({ message: 'no '.repeat(100_000) }).message.length).toBeLessThan(700)
  })
})
