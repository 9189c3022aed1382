import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

export interface RestateServer {
  /** Where it takes requests. */
  readonly ingress: string
  stop(): Promise<void>
}

/**
 * Starts a Restate server on free ports of this machine and tells it of a service. It ends with this process.
 * @param folder where it keeps its data
 * @param service the address of the service
 */
export async function startRestate(folder: string, service: string): Promise<RestateServer> {
  const [ingress, admin, node] = [await freePort(), await freePort(), await freePort()].map((port) => `127.0.0.1:${port}`)
  // The shell holds our end of a pipe: when this process is gone, `cat` ends, and so does the server.
  const script = '"$0" "$@" & server=$!; cat >/dev/null; kill -KILL $server; wait $server'
  const words = ['--base-dir', join(folder, 'restate'), '--no-logo', '--listen-mode', 'tcp']
  const addresses = ['--bind-address', `${node}`, '--advertised-address', `http://${node}`]
  const server = spawn('sh', ['-c', script, findServer(), ...words, ...addresses], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_INGRESS__BIND_ADDRESS: ingress,
      RESTATE_ADMIN__BIND_ADDRESS: admin,
      RUST_LOG: 'error',
    },
  })
  const stop = async (): Promise<void> => {
    server.stdin.end()
    if (server.exitCode === null) await once(server, 'exit')
  }
  for (let attempt = 0; ; attempt++) {
    if (await register(`http://${admin}`, service)) return { ingress: `http://${ingress}`, stop }
    if (server.exitCode !== null || attempt > 300) {
      await stop()
      throw new Error('its server did not start')
    }
    await sleep(100)
  }
}

/** The program that npm has installed for this machine. @throws where there is none */
function findServer(): string {
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/restate-server`)
  } catch {
    throw new Error(`there is no ${name}`)
  }
}

/** @returns whether the server is up and knows the service */
async function register(admin: string, service: string): Promise<boolean> {
  try {
    const response = await fetch(`${admin}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: service }),
    })
    return response.ok
  } catch {
    // Not up yet.
    return false
  }
}
