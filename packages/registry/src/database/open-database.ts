import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { openEmbedded } from './open-embedded.js'
import { openPostgres } from './open-postgres.js'
import type * as schema from './schema.js'

/** A database, or a transaction on one. */
export type Queries = PgDatabase<PgQueryResultHKT, typeof schema>

/** An open database: embedded or a server, the same schema and migrations. */
export interface Database {
  readonly queries: Queries
  readonly kind: 'pglite' | 'postgresql'
  close(): Promise<void>
}

/** A folder for an embedded PGlite, or the URL of a PostgreSQL database. */
export type DatabaseLocation = { readonly dataDirectory: string } | { readonly databaseUrl: string }

/** Opens a database and brings it up to date. @throws STATE_UNWRITABLE when it cannot be reached or is in use */
export function openDatabase(location: DatabaseLocation): Promise<Database> {
  return 'databaseUrl' in location ? openPostgres(location.databaseUrl) : openEmbedded(location.dataDirectory)
}
