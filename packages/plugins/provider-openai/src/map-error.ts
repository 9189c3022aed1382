import { mapSdkFailure, type PipewrightError, type SdkFailureContext } from '@pipewright/kernel'
import type { APIError } from 'openai'

/** What an error of the SDK means. */
export function mapError(error: unknown, context: Omit<SdkFailureContext<APIError>, 'readApiError'>): PipewrightError {
  return mapSdkFailure(error, { ...context, readApiError })
}

/** What the names that errors have within a stream, where there is no status any more, stand for; the first that fits. */
const statuses: readonly (readonly [name: RegExp, status: number])[] = [
  [/rate_limit|quota/i, 429],
  [/auth|api_key|permission/i, 401],
  [/timeout/i, 504],
  [/invalid|bad_?request|context_length|policy|filter|image|unsupported|not_?found/i, 400],
]

/** The status that an error told within a stream stands for. @param names its code and type; OpenRouter and vLLM give the status itself */
export function statusOfError(names: readonly unknown[]): number {
  const told = names.map(Number).find((number) => number >= 400 && number < 600)
  const name = names.filter((part) => typeof part === 'string').join(' ')
  return told ?? statuses.find(([pattern]) => pattern.test(name))?.[1] ?? 500
}

function readApiError({ status, headers, code, type, error }: APIError) {
  const message = messageOf(error)
  const name = [code, type].filter((part) => typeof part === 'string').join(' ')
  // Without a status and words of the API it is no error of the API.
  const isSaid = status !== undefined || message !== undefined || name !== ''
  return { status: isSaid ? (status ?? statusOfError([code, type])) : undefined, headers, type: name, message }
}

/** The API's own words; what a gateway answers instead may hold a page of HTML. */
function messageOf(error: unknown): string | undefined {
  if (typeof error === 'string') return error
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined
  return typeof message === 'string' ? message : undefined
}
