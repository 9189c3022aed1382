import ipaddr from 'ipaddr.js'
import type { Agent } from 'undici'
import { PipewrightError, type Fetch } from '@pipewright/kernel'

export interface GuardedFetch {
  readonly fetch: Fetch
  /** Closes the connections that are kept open. */
  readonly close: () => Promise<void>
}

/**
 * A fetch that reaches the public internet only. The address is checked on the connected socket, before anything is sent,
 * so a name that resolves to another address a moment later gets nowhere.
 * @param isAllowed which addresses may be reached; default: the public ones
 */
export function createGuardedFetch(isAllowed: (address: string) => boolean = isPublicAddress): GuardedFetch {
  let agent: Agent | undefined
  const fetch = async (input: string | URL, init?: RequestInit): Promise<unknown> => {
    // Loaded when it is first needed: most pipelines call no web service.
    const undici = await import('undici')
    agent ??= createAgent(undici, isAllowed)
    return undici.fetch(input, { ...(init as object), dispatcher: agent })
  }
  // The two libraries' types of one web standard differ in name only.
  return { fetch: fetch as unknown as Fetch, close: async () => agent?.destroy() }
}

function createAgent({ Agent, buildConnector }: typeof import('undici'), isAllowed: (address: string) => boolean): Agent {
  const connect = buildConnector({ timeout: 10_000 })
  return new Agent({
    connect(options, callback) {
      connect(options, (error, socket) => {
        if (error) {
          callback(error, null)
          return
        }
        const address = socket.remoteAddress ?? ''
        if (isAllowed(address)) {
          callback(null, socket)
          return
        }
        socket.destroy()
        const refusal = new PipewrightError('PLUGIN_PERMISSION_DENIED', `${options.hostname} is not on the public internet (${address}).`, {
          hint: 'Set allow_private: true for the plugin @pipewright/step-core in pipewright.yaml to reach private addresses.',
        })
        callback(refusal, null)
      })
    },
  })
}

/** Not private, loopback, link-local, multicast or reserved, and not one of those dressed up as IPv6. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'
}
