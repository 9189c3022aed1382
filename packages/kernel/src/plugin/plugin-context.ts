import { PipewrightError } from '../errors/pipewright-error.js'
import type { DisposalScope } from '../di/disposal-scope.js'
import type { PluginContext } from './define-plugin.js'
import type { Manifest } from './manifest.js'
import type { Fetch, HostServices, Logger } from './services.js'

const maxRedirects = 5

/** What a plugin is given: the host's services, within the permissions that its manifest asks for. */
export function createPluginContext(manifest: Manifest, config: unknown, services: HostServices, scope: DisposalScope): PluginContext {
  const { name, permissions } = manifest
  const readable = new Set(permissions.environment.flatMap((entry) => fromConfig(entry, config) ?? [entry]))
  return {
    logger: prefixed(services.logger, name),
    clock: services.clock,
    random: services.random,
    fetch: limitedFetch(name, hostsOf(permissions.network, config), services.fetch),
    secret(variable) {
      if (!readable.has(variable)) {
        throw new PipewrightError('PLUGIN_PERMISSION_DENIED', `${name} may not read the environment variable ${variable}.`, {
          hint: 'Its manifest has to name it under permissions.environment.',
        })
      }
      return services.environment[variable]
    },
    onDispose: (undo) => scope.add(undo),
  }
}

/** `config:baseUrl` is the text that the configuration has there, or its list of texts; a dot leads deeper, `*` into each. */
function fromConfig(entry: string, config: unknown): string[] | undefined {
  if (!entry.startsWith('config:')) return undefined
  const keys = entry.slice('config:'.length).split('.')
  const found = keys.reduce<unknown[]>((nodes, key) => nodes.flatMap((node) => below(node, key)), [config])
  return found.flat().filter((value) => typeof value === 'string')
}

function below(node: unknown, key: string): unknown[] {
  if (typeof node !== 'object' || node === null) return []
  return key === '*' ? Object.values(node) : [(node as Record<string, unknown>)[key]]
}

function hostsOf(network: readonly string[], config: unknown): string[] {
  return network.flatMap(
    (entry) => fromConfig(entry, config)?.flatMap((url) => (URL.canParse(url) ? [new URL(url).hostname] : [])) ?? [entry],
  )
}

/** Follows redirects itself, so that each hop is held against the permissions. */
function limitedFetch(plugin: string, hosts: readonly string[], fetch: Fetch): Fetch {
  const permit = (url: URL): void => {
    if (!hosts.some((host) => host === '*' || host === url.hostname || (host.startsWith('*.') && url.hostname.endsWith(host.slice(1))))) {
      throw new PipewrightError('PLUGIN_PERMISSION_DENIED', `${plugin} may not reach ${url.hostname}.`, {
        hint: 'Its manifest has to name the host under permissions.network.',
      })
    }
  }
  return async (input, init) => {
    const request = new Request(input, init)
    permit(new URL(request.url))
    // A caller that handles redirects itself asks for the next hop through here again.
    if (request.redirect !== 'follow') return fetch(input, init)
    let response = await fetch(input, { ...init, redirect: 'manual' })
    for (let hop = 0; isRedirect(response); hop++) {
      if (hop === maxRedirects) throw new PipewrightError('PROVIDER_NETWORK', `${plugin}: more than ${maxRedirects} redirects.`)
      const target = new URL(response.headers.get('location') ?? '', response.url)
      permit(target)
      if (request.method !== 'GET' && request.method !== 'HEAD')
        throw new PipewrightError('PROVIDER_NETWORK', `${plugin}: a ${request.method} request was redirected to ${target.hostname}.`)
      // Credentials are meant for the host they were sent to.
      const headers = new Headers(init?.headers)
      if (target.origin !== new URL(response.url).origin)
        for (const header of ['authorization', 'cookie', 'x-api-key']) headers.delete(header)
      response = await fetch(target, { ...init, headers, redirect: 'manual' })
    }
    return response
  }
}

function isRedirect(response: Response): boolean {
  return [301, 302, 303, 307, 308].includes(response.status) && response.headers.has('location')
}

function prefixed(logger: Logger, name: string): Logger {
  return {
    debug: (message, fields) => logger.debug(`${name}: ${message}`, fields),
    info: (message, fields) => logger.info(`${name}: ${message}`, fields),
    warn: (message, fields) => logger.warn(`${name}: ${message}`, fields),
    error: (message, fields) => logger.error(`${name}: ${message}`, fields),
  }
}
