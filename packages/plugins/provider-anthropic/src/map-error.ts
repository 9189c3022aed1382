import { mapHttpFailure, PipewrightError, type HttpFailureContext } from '@pipewright/kernel'

type Sdk = typeof import('@anthropic-ai/sdk')

export interface FailedCall extends HttpFailureContext {
  readonly sdk: Sdk
  /** Whether the answer had begun. */
  readonly isAnswering: boolean
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

/** What an error of the SDK means. Neither the error itself nor its headers or body go along. */
export function mapError(error: unknown, call: FailedCall): PipewrightError {
  const { sdk, isAnswering } = call
  const own = ownError(error)
  if (own !== undefined) return own
  if (error instanceof sdk.APIConnectionTimeoutError || timedOut(error)) {
    return new PipewrightError('PROVIDER_TIMEOUT', 'Anthropic did not answer in time.')
  }
  if (error instanceof sdk.APIConnectionError) {
    return new PipewrightError('PROVIDER_NETWORK', `Anthropic could not be reached${reasonOf(error)}.`)
  }
  if (error instanceof sdk.APIError) {
    const status = error.status ?? statusOf[error.type ?? '']
    // What a gateway answers instead of the API may hold a page of HTML: only the API's own words are told.
    if (status !== undefined) {
      const { headers, type, apiMessage } = error
      return mapHttpFailure({ provider: 'Anthropic', status, headers, type: type ?? undefined, message: apiMessage ?? undefined }, call)
    }
  }
  const when = isAnswering ? 'The answer of Anthropic broke off' : 'The answer of Anthropic could not be read'
  return new PipewrightError(
    'PROVIDER_BAD_RESPONSE',
    `${when}${error instanceof SyntaxError ? ' at something that is not JSON' : reasonOf(error)}.`,
  )
}

/** An error that the host's own fetch has thrown, for example because the plugin may not reach a host. */
function ownError(error: unknown): PipewrightError | undefined {
  return causes(error).find((cause) => PipewrightError.isInstance(cause))
}

function timedOut(error: unknown): boolean {
  return causes(error).some((cause) => cause instanceof Error && /^(Headers|Body|Connect)TimeoutError$/.test(cause.name))
}

/** The code that the system or the HTTP client gives, such as ECONNREFUSED. */
function reasonOf(error: unknown): string {
  const codes = causes(error).flatMap((cause) =>
    cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? [cause.code] : [],
  )
  return codes.length === 0 ? '' : ` (${codes.at(-1)})`
}

function causes(error: unknown): unknown[] {
  const found: unknown[] = []
  for (
    let cause = error;
    cause !== undefined && cause !== null && found.length < 5;
    cause = cause instanceof Error ? cause.cause : undefined
  )
    found.push(cause)
  return found
}
