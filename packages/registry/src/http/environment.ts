import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Database } from '../database/open-database.js'
import type { PackageSearch } from '../search/package-search.js'
import type { Caller } from '../tokens/tokens.js'

/** What handlers find on a request's context. */
export interface Environment {
  Variables: {
    /** Given with every error, and found again in the server's own reports. */
    requestId: string
    /** Set by `authenticate`; there on the routes that use it. */
    caller: Caller
  }
}

export type Api = OpenAPIHono<Environment>

/** What the routes work with. */
export interface Services {
  readonly database: Database
  readonly search: PackageSearch
  readonly now: () => Date
  /** Told of defects in words for the server's own reports. */
  readonly report: (message: string) => void
  /** Looks for tokens that were left for this process. Returns whether there were any. */
  readonly takeLeftTokens: () => Promise<boolean>
}
