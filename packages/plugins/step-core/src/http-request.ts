import { PipewrightError, type Fetch } from '@pipewright/kernel'

export interface HttpRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body: string | null
  readonly signal: AbortSignal
}

const maxRedirects = 5
const redirects = new Set([301, 302, 303, 307, 308])
/** What may be told to a host that the pipeline did not name. */
const harmlessHeaders = new Set(['accept', 'accept-language', 'user-agent'])

/**
 * Sends a request. A GET or HEAD follows up to five redirects, each hop through `fetch`, which checks its address; what the
 * pipeline put into the headers goes to no other origin than its own. Another method's redirect is its answer.
 * @throws STEP_FAILED when the service cannot be reached, PLUGIN_PERMISSION_DENIED
 */
export async function sendRequest(fetch: Fetch, request: HttpRequest): Promise<Response> {
  const follows = request.method === 'GET' || request.method === 'HEAD'
  let { url } = request
  let { headers } = request
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await send(fetch, { ...request, url, headers })
    const location = response.headers.get('location')
    if (!follows || location === null || !redirects.has(response.status)) return response
    await response.body?.cancel()
    const target = URL.canParse(location, url.href) ? new URL(location, url.href) : null
    if (target === null || !/^https?:$/.test(target.protocol)) {
      throw new PipewrightError('STEP_FAILED', `${placeOf(url)} redirects to something that is not on the web.`)
    }
    if (target.origin !== url.origin) headers = new Headers([...headers].filter(([name]) => harmlessHeaders.has(name)))
    url = target
  }
  throw new PipewrightError('STEP_FAILED', `${placeOf(request.url)} redirects more than ${maxRedirects} times.`)
}

/** The part of a URL that may stand in messages: queries often hold keys. */
export function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`
}

async function send(fetch: Fetch, { url, method, headers, body, signal }: HttpRequest): Promise<Response> {
  try {
    return await fetch(url.href, { method, headers, body, signal, redirect: 'manual' })
  } catch (thrown) {
    signal.throwIfAborted()
    const chain = causes(thrown)
    const known = chain.find((error) => PipewrightError.isInstance(error))
    if (known) throw known
    const reason = chain.at(-1)
    throw new PipewrightError(
      'STEP_FAILED',
      `${url.origin} could not be reached: ${reason instanceof Error ? reason.message : String(reason)}.`,
      {
        hint: 'Check the address and the connection.',
        retryable: true,
        cause: thrown,
      },
    )
  }
}

/** An error with what caused it, and what caused that. */
function causes(thrown: unknown): unknown[] {
  const chain = [thrown]
  while (chain.length < 5) {
    const last = chain.at(-1)
    if (!(last instanceof Error) || last.cause === undefined) break
    chain.push(last.cause)
  }
  return chain
}
