import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { PipewrightError } from '@pipewright/kernel/documents'
import { createRegistry, type RegistryOptions } from './create-registry.js'
import { openDatabase, type DatabaseLocation } from './database/open-database.js'
import { seedPackages, type SeedPackage } from './seed-packages.js'

export interface ServeOptions extends RegistryOptions {
  /** 0 for a free one. */
  readonly port: number
  readonly host: string
  /** Published when the registry has no package yet. */
  readonly seed?: readonly SeedPackage[]
}

/** A registry that is being served. */
export interface ServedRegistry {
  readonly url: string
  /** How many packages it was seeded with. */
  readonly seeded: number
  /** Takes no more requests, lets those at work finish, and closes the database. */
  close(): Promise<void>
}

/** How long a request may take to arrive, so that no client holds a connection for ever. */
const arrivalMs = 30_000
/** How long requests at work are waited for when the server closes. */
const finishMs = 10_000

/** Serves a registry over HTTP. @throws STATE_UNWRITABLE for its database, USAGE when it cannot listen there */
export async function serveRegistry(options: ServeOptions & DatabaseLocation): Promise<ServedRegistry> {
  const database = await openDatabase(options)
  try {
    const seeded = await seedPackages(database, options.seed ?? [], (options.now ?? (() => new Date()))())
    const registry = createRegistry(database, options)
    await registry.warm()
    const { server, port } = await listen(options, registry.app.fetch).catch(async (error: unknown) => {
      await registry.close()
      throw error
    })
    return {
      url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
      seeded,
      async close() {
        await stop(server)
        await registry.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

function listen({ host, port }: ServeOptions, fetch: Parameters<typeof serve>[0]['fetch']): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const serverOptions = { requestTimeout: arrivalMs, headersTimeout: arrivalMs / 2, keepAliveTimeout: 5000 }
    const server = serve({ fetch, hostname: host, port, serverOptions }, (info) => resolve({ server, port: info.port })) as Server
    server.once('error', (error) => {
      reject(
        new PipewrightError('USAGE', `Nothing can listen on ${host}:${port}: ${error.message}`, {
          hint: 'Name another --port, or 0 for a free one.',
          cause: error,
        }),
      )
    })
  })
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // Connections that are kept alive become idle one by one, as their requests finish.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const deadline = setTimeout(() => server.closeAllConnections(), finishMs)
  await closed
  clearInterval(sweep)
  clearTimeout(deadline)
}
