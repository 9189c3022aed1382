import ipaddr from 'ipaddr.js'
import type { Agent } from 'undici'
import { PipewrightError, type Fetch } from '@pipewright/kernel'

/**
 * A fetch that reaches the public internet only. The address is checked on the connected socket, after every look-up and
 * redirect, so a name that resolves to another address a moment later gets nowhere.
 */
export function createGuardedFetch(): { readonly fetch: Fetch; readonly close: () => Promise<void> } {
  let agent: Agent | undefined
  const fetch = async (input: string | URL, init?: RequestInit): Promise<unknown> => {
    // Loaded when it is first needed: most pipelines call no web service.
    const undici = await import('undici')
    agent ??= createAgent(undici)
    return undici.fetch(input, { ...(init as object), dispatcher: agent })
  }
  // The two libraries' types of one web standard differ in name only.
  return { fetch: fetch as unknown as Fetch, close: async () => agent?.destroy() }
}

function createAgent({ Agent, buildConnector }: typeof import('undici')): Agent {
  const connect = buildConnector({})
  return new Agent({
    connect(options, callback) {
      connect(options, (error, socket) => {
        if (error) {
          callback(error, null)
          return
        }
        const address = socket.remoteAddress ?? ''
        if (isPublicAddress(address)) {
          callback(null, socket)
          return
        }
        socket.destroy()
        const refusal = new PipewrightError('PLUGIN_PERMISSION_DENIED', `${options.hostname} is not on the public internet (${address}).`, {
          hint: 'Set allow_private: true for the plugin @pipewright/step-core to reach private addresses.',
        })
        callback(refusal, null)
      })
    },
  })
}

function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'
}
