import type { Database } from './database/open-database.js'
import { createApi } from './http/create-api.js'
import type { Api } from './http/environment.js'
import { PackageSearch } from './search/package-search.js'
import { version } from './version.js'

export interface RegistryOptions {
  /** Told of defects; the request's id is the one that its answer had. Default: nobody is. */
  readonly report?: (error: unknown, requestId?: string) => void
  /** Default: the system's clock. */
  readonly now?: () => Date
  /** How long a search waits for what is being learnt. Default 10 s. */
  readonly patienceMs?: number
}

/** A registry on an open database, without a socket. */
export interface Registry {
  /** Answers requests: `app.request('/v1/health')`, or `app.fetch` behind a server. */
  readonly app: Api
  /** Begins to learn what searches go by. */
  warm(): Promise<void>
  /** Stops its work in the background. The database stays open. */
  close(): Promise<void>
}

export function createRegistry(database: Database, options: RegistryOptions = {}): Registry {
  const { report = () => {}, now = () => new Date(), patienceMs = 10_000 } = options
  const search = new PackageSearch(database, { now, patienceMs, report: (error) => report(error) })
  return {
    app: createApi({ database, search, now, report }, version),
    warm: () => search.warm(),
    close: () => search.close(),
  }
}
