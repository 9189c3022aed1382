import { PipewrightError } from '../errors/pipewright-error.js'
import { configuredValues } from './configured-values.js'
import type { Fetch } from './services.js'

const maxRedirects = 20
/** What may follow a request to another origin; anything else may be a credential meant for the first. */
const harmlessHeaders = new Set(['accept', 'accept-language', 'content-language', 'content-type', 'user-agent'])

/** The hosts that the entries of `permissions.network` stand for. */
export function permittedHosts(network: readonly string[], config: unknown): string[] {
  return network.flatMap((entry) => {
    const urls = configuredValues(entry, config)
    if (!urls) return [entry.toLowerCase()]
    return urls.flatMap((url) => (URL.canParse(url) ? [new URL(url).hostname] : []))
  })
}

/** A `fetch` that reaches only the hosts given. It follows redirects itself, so that each of them is held against the list. */
export function limitFetch(plugin: string, hosts: readonly string[], fetch: Fetch): Fetch {
  const permit = (url: URL): void => {
    if (/^https?:$/.test(url.protocol) && hosts.some((host) => matches(host, url.hostname))) return
    throw new PipewrightError('PLUGIN_PERMISSION_DENIED', `${plugin} may not reach ${url.hostname || `a ${url.protocol} address`}.`, {
      hint: 'Its manifest has to name the host under permissions.network.',
    })
  }
  return async (input, init) => {
    let url = new URL(input instanceof Request ? input.url : input)
    permit(url)
    let request = input instanceof Request ? { ...initOf(input), ...init } : { ...init }
    // A caller that handles redirects itself asks for the next one through here again.
    if (request.redirect !== undefined && request.redirect !== 'follow') return fetch(input, init)
    request.redirect = 'manual'
    let response = await fetch(url, request)
    for (let hop = 1; isRedirect(response); hop++) {
      if (hop > maxRedirects) throw networkError(`more than ${maxRedirects} redirects`)
      const target = new URL(response.headers.get('location') ?? '', url)
      permit(target)
      request = redirected(request, response.status, target.origin === url.origin)
      await response.body?.cancel()
      url = target
      response = await fetch(url, request)
    }
    return response
  }
}

function matches(host: string, name: string): boolean {
  return host === '*' || host === name || (host.startsWith('*.') && name.endsWith(host.slice(1)))
}

function isRedirect(response: Response): boolean {
  return [301, 302, 303, 307, 308].includes(response.status) && response.headers.has('location')
}

function initOf({ method, headers, body, signal, redirect }: Request): RequestInit {
  return { method, headers, signal, redirect, ...(body ? { body, duplex: 'half' } : {}) }
}

/** The request as it goes on to where a response sends it, by the rules of the fetch standard. */
function redirected(request: RequestInit, status: number, sameOrigin: boolean): RequestInit {
  const { body = null, ...rest } = request
  const method = (request.method ?? 'GET').toUpperCase()
  const dropsBody = (status === 303 && method !== 'HEAD') || ([301, 302].includes(status) && method === 'POST')
  if (!dropsBody && body instanceof ReadableStream) throw networkError(`a ${method} request with a stream was redirected`)
  const headers = [...new Headers(request.headers)].filter(
    ([name]) => (sameOrigin || harmlessHeaders.has(name)) && !(dropsBody && name.startsWith('content-')),
  )
  return { ...rest, method: dropsBody ? 'GET' : method, headers, body: dropsBody ? null : body }
}

/** What `fetch` itself throws, so that whoever maps its failures maps these too. */
function networkError(message: string): TypeError {
  return new TypeError('fetch failed', { cause: new Error(message) })
}
