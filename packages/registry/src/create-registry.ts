import type { Database } from './database/open-database.js'
import { createApi } from './http/create-api.js'
import { describeDefect } from './http/describe-defect.js'
import type { Api } from './http/environment.js'
import { PackageSearch } from './search/package-search.js'
import { takeLeftTokens } from './tokens/pending-tokens.js'
import { version } from './version.js'

export interface RegistryOptions {
  /** Told of defects, in words that hold no secrets; the id of the request is the one that its answer had. Default: nobody is. */
  readonly report?: (message: string) => void
  /** Default: the system's clock. */
  readonly now?: () => Date
  /** How long a search waits for what is being learnt. Default 10 s. */
  readonly patienceMs?: number
  /** The folder of an embedded database: where administrators' tokens are left for this process. */
  readonly dataDirectory?: string
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
  const { report = () => {}, now = () => new Date(), patienceMs = 10_000, dataDirectory } = options
  const search = new PackageSearch(database, { now, patienceMs, report: (error) => report(describeDefect(error)) })
  const take = async (): Promise<boolean> => dataDirectory !== undefined && takeLeftTokens(database, dataDirectory)
  return {
    app: createApi({ database, search, now, report, takeLeftTokens: take }, version),
    warm: () => search.warm(),
    close: () => search.close(),
  }
}
