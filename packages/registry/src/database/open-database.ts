import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { PipewrightError } from '@pipewright/kernel/documents'
import * as schema from './schema.js'

export type Queries = PgDatabase<PgQueryResultHKT, typeof schema>

/** An open database: embedded or a server, the same schema and migrations. */
export interface Database {
  readonly queries: Queries
  readonly kind: 'pglite' | 'postgresql'
  close(): Promise<void>
}

export type DatabaseLocation = { readonly dataDirectory: string } | { readonly databaseUrl: string }

const migrationsFolder = join(import.meta.dirname, '..', '..', 'migrations')
/** Any number that every process of this program agrees on. */
const migrationLock = 7_400_001

/** Opens a database and brings it up to date. @throws STATE_UNWRITABLE when it cannot be reached or is in use */
export function openDatabase(location: DatabaseLocation): Promise<Database> {
  return 'databaseUrl' in location ? openPostgres(location.databaseUrl) : openEmbedded(location.dataDirectory)
}

async function openPostgres(url: string): Promise<Database> {
  const { default: postgres } = await import('postgres')
  const { drizzle } = await import('drizzle-orm/postgres-js')
  const { migrate } = await import('drizzle-orm/postgres-js/migrator')
  const client = postgres(url, { max: 10, onnotice: () => {}, connect_timeout: 10 })
  try {
    // Migrations in parallel fail; whoever comes second waits and finds nothing to do.
    const migrator = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 })
    try {
      await migrator`select pg_advisory_lock(${migrationLock})`
      await migrate(drizzle(migrator), { migrationsFolder })
    } finally {
      await migrator.end()
    }
  } catch (error) {
    await client.end({ timeout: 1 })
    const reason = error instanceof Error ? error.message : String(error)
    throw new PipewrightError('STATE_UNWRITABLE', `The PostgreSQL database cannot be used: ${reason}`, {
      hint: 'Check the address and that the user may create tables.',
      cause: error,
    })
  }
  return { queries: drizzle(client, { schema }), kind: 'postgresql', close: () => client.end({ timeout: 5 }) }
}

async function openEmbedded(directory: string): Promise<Database> {
  await mkdir(directory, { recursive: true })
  const release = await lockFolder(directory)
  try {
    const { PGlite } = await import('@electric-sql/pglite')
    const { drizzle } = await import('drizzle-orm/pglite')
    const { migrate } = await import('drizzle-orm/pglite/migrator')
    const client = await PGlite.create(join(directory, 'pglite'))
    const queries = drizzle(client, { schema })
    await migrate(queries, { migrationsFolder })
    return {
      queries,
      kind: 'pglite',
      async close() {
        await client.close()
        await release()
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}

/** Two processes on one embedded database lose rows silently, so the second one is refused. */
async function lockFolder(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'registry.lock')
  for (let attempt = 0; ; attempt++) {
    try {
      const file = await open(path, 'wx')
      await file.writeFile(String(process.pid))
      await file.close()
      return () => rm(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        const reason = error instanceof Error ? error.message : String(error)
        throw new PipewrightError('STATE_UNWRITABLE', `The folder ${directory} cannot be written: ${reason}`, { cause: error })
      }
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => '0'))
    if (attempt > 0 || isAlive(holder)) {
      throw new PipewrightError('STATE_UNWRITABLE', `The registry in ${directory} is in use by process ${holder}.`, {
        hint: 'Stop that process first, or use a PostgreSQL database, which several can share.',
      })
    }
    // Its holder died without taking it away.
    await rm(path, { force: true })
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Says that something that search shows has changed. */
export async function bumpRevision(queries: Queries): Promise<void> {
  await queries
    .insert(schema.revisions)
    .values({ id: 1, revision: 1 })
    .onConflictDoUpdate({ target: schema.revisions.id, set: { revision: sql`${schema.revisions.revision} + 1` } })
}
