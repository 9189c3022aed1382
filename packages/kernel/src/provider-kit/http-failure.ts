import type { ErrorCode } from '../errors/error-table.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import type { ModelRequest } from '../points/provider.js'
import { withholdContent } from './withhold-content.js'

/** How an HTTP API refused a call, or broke it off. */
export interface HttpFailure {
  /** The provider's name for people, for example `Anthropic`. */
  readonly provider: string
  /** The HTTP status; that which it stands for when the failure was told within a stream. */
  readonly status: number
  readonly headers?: { get(name: string): string | null } | undefined
  /** The API's own name for it, for example `context_length_exceeded`. Untrusted. */
  readonly type?: string | undefined
  /** The API's own words. Untrusted: they may repeat the request. */
  readonly message?: string | undefined
}

export interface HttpFailureContext {
  /** What the call was authenticated with. */
  readonly secrets: readonly string[]
  /** Kept out of the error, however the API quotes it. */
  readonly request: ModelRequest
  /** Milliseconds since the epoch, for a `retry-after` that is a date. */
  readonly now: number
}

const tooLong =
  /context.?(length|window|size)|prompt is too long|too many (input )?tokens|maximum (prompt|context|input)|exceeds? the .{0,30}(token|context) limit|string_above_max_length|request_too_large|context the overflows/i
const filtered = /content.?(filter|policy)|invalid_prompt|bio_policy|policy_violation|usage polic|flagged/i
const outOfCredit =
  /insufficient_quota|exceeded your current quota|(credit|insufficient) balance|(insufficient|more) credits|spend_limit|billing/i

/** The error that an HTTP failure means, the same for every provider, without secrets and without the prompt. */
export function mapHttpFailure(failure: HttpFailure, context: HttpFailureContext): PipewrightError {
  const told = `${failure.type ?? ''} ${failure.message ?? ''}`
  const code = codeOf(failure.status, told)
  const said = withholdContent(failure.message ?? failure.type ?? '', context).trim()
  const retryAfterMs = readRetryAfter(failure.headers, context.now)
  const isOutOfCredit = (code === 'PROVIDER_RATE_LIMITED' || code === 'PROVIDER_AUTH') && outOfCredit.test(told)
  return new PipewrightError(
    code,
    `${failure.provider} refused or broke off the call (HTTP ${failure.status})${said === '' ? '.' : `: ${said}`}`,
    {
      details: { status: failure.status },
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(isOutOfCredit
        ? { retryable: false, hint: `The account at ${failure.provider} has no credit left: add some, or name another model.` }
        : {}),
    },
  )
}

function codeOf(status: number, told: string): ErrorCode {
  if (status === 429) return 'PROVIDER_RATE_LIMITED'
  // OpenRouter refuses with 403 what its moderation has flagged.
  if (status === 403 && filtered.test(told)) return 'PROVIDER_FILTERED'
  // Anthropic refuses with 400 whose account is empty.
  if (status === 401 || status === 402 || status === 403 || (status === 400 && /credit balance/i.test(told))) return 'PROVIDER_AUTH'
  if (status === 408 || status === 504) return 'PROVIDER_TIMEOUT'
  // Servers of local models say so with 500, and it is no use to try again.
  if (status === 413 || tooLong.test(told)) return 'PROVIDER_CONTEXT_TOO_LONG'
  if (status >= 500) return 'PROVIDER_OVERLOADED'
  if (filtered.test(told)) return 'PROVIDER_FILTERED'
  return 'PROVIDER_INVALID_REQUEST'
}

/** Longer waits than this are as good as none. */
const longestWait = 24 * 60 * 60 * 1000

/** Reads `retry-after-ms`, or `retry-after` in seconds or as a date, in whole milliseconds. */
export function readRetryAfter(headers: HttpFailure['headers'], now: number): number | undefined {
  const inMilliseconds = headers?.get('retry-after-ms')
  const after = headers?.get('retry-after')
  const wait = inMilliseconds
    ? Number(inMilliseconds)
    : after
      ? Number.isNaN(Number(after))
        ? Date.parse(after) - now
        : Number(after) * 1000
      : NaN
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, Math.ceil(wait)), longestWait)
}
