import { PipewrightError } from '@pipewright/kernel/documents'
import { migrationsFolder } from './package-files.js'
import type { Database } from './open-database.js'
import * as schema from './schema.js'

/** Any number that every process of this program agrees on. */
const migrationLock = 7_400_001
/** No query of ours takes as long; one that does is given up, so that it does not hold a connection for ever. */
const statementTimeoutMs = 20_000

/** @throws STATE_UNWRITABLE when it cannot be reached or brought up to date */
export async function openPostgres(url: string): Promise<Database> {
  const { default: postgres } = await import('postgres')
  const { drizzle } = await import('drizzle-orm/postgres-js')
  const { migrate } = await import('drizzle-orm/postgres-js/migrator')
  const options = { onnotice: () => {}, connect_timeout: 10 }
  try {
    const migrator = postgres(url, { ...options, max: 1 })
    try {
      // Migrations in parallel fail; whoever comes second waits and finds nothing to do. The lock goes with the connection.
      await migrator`select pg_advisory_lock(${migrationLock})`
      await migrate(drizzle(migrator), { migrationsFolder })
    } finally {
      await migrator.end({ timeout: 5 })
    }
    const client = postgres(url, { ...options, max: 10, connection: { statement_timeout: statementTimeoutMs } })
    return { queries: drizzle(client, { schema }), kind: 'postgresql', close: () => client.end({ timeout: 5 }) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new PipewrightError('STATE_UNWRITABLE', `The PostgreSQL database cannot be used: ${reason}`, {
      hint: 'Check the address and that the user may create tables.',
      cause: error,
    })
  }
}
