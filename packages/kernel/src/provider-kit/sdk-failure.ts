import { PipewrightError } from '../errors/pipewright-error.js'
import { mapHttpFailure, type HttpFailure, type HttpFailureContext } from './http-failure.js'

type ErrorClass<Thrown = Error> = abstract new (...given: never[]) => Thrown

/** The error classes that the official SDKs of the model makers have in common. */
export interface SdkErrors<ApiError extends Error> {
  readonly APIError: ErrorClass<ApiError>
  readonly APIConnectionError: ErrorClass
  readonly APIConnectionTimeoutError: ErrorClass
}

export interface SdkFailureContext<ApiError extends Error> extends HttpFailureContext {
  /** The provider's name for people, for example `Anthropic`. */
  readonly provider: string
  readonly sdk: SdkErrors<ApiError>
  /** Whether the answer had begun. */
  readonly isAnswering: boolean
  /** The way out when nobody is there. Default: the error table's. */
  readonly unreachableHint?: string | undefined
  /** What an error of the API says; without a status when neither its status nor its name tells one. */
  readonly readApiError: (error: ApiError) => Omit<HttpFailure, 'provider' | 'status'> & { readonly status: number | undefined }
}

/** What an error of an SDK means. Neither the error itself nor its headers or body go along. */
export function mapSdkFailure<ApiError extends Error>(error: unknown, context: SdkFailureContext<ApiError>): PipewrightError {
  const { sdk, provider, isAnswering } = context
  const own = ownError(error)
  if (own !== undefined) return own
  if (error instanceof sdk.APIConnectionTimeoutError || timedOut(error)) {
    return new PipewrightError('PROVIDER_TIMEOUT', `${provider} did not answer in time.`)
  }
  if (error instanceof sdk.APIConnectionError) {
    const { unreachableHint: hint } = context
    return new PipewrightError(
      'PROVIDER_NETWORK',
      `${provider} could not be reached${reasonOf(error)}.`,
      hint === undefined ? {} : { hint },
    )
  }
  if (error instanceof sdk.APIError) {
    const { status, ...said } = context.readApiError(error)
    if (status !== undefined) return mapHttpFailure({ provider, status, ...said }, context)
  }
  const when = isAnswering ? `The answer of ${provider} broke off` : `The answer of ${provider} could not be read`
  return new PipewrightError(
    'PROVIDER_BAD_RESPONSE',
    `${when}${error instanceof SyntaxError ? ' at something that is not JSON' : reasonOf(error)}.`,
  )
}

/** An error of the host or the provider itself, for example because the plugin may not reach a host. */
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
