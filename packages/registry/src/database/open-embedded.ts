import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PipewrightError } from '@pipewright/kernel/documents'
import { lockFolder } from './lock-folder.js'
import { emptyDatabaseFile, migrationsFolder } from './package-files.js'
import type { Database } from './open-database.js'
import * as schema from './schema.js'

/** There once the database has been made whole. */
const readyFile = 'registry.ready'

/** PGlite in a folder, which is this process's alone until it is closed. @throws STATE_UNWRITABLE */
export async function openEmbedded(folder: string): Promise<Database> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    throw new PipewrightError('STATE_UNWRITABLE', `The folder ${folder} cannot be made: ${reason}`, { cause: error })
  })
  const unlock = await lockFolder(folder)
  try {
    const { PGlite } = await import('@electric-sql/pglite')
    const { drizzle } = await import('drizzle-orm/pglite')
    const { migrate } = await import('drizzle-orm/pglite/migrator')
    const client = await PGlite.create(await prepare(folder))
    const queries = drizzle(client, { schema })
    await migrate(queries, { migrationsFolder })
    await writeFile(join(folder, readyFile), '')
    return {
      queries,
      kind: 'pglite',
      async close() {
        try {
          await client.close()
        } finally {
          unlock()
        }
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

/** Where the database is, and what a new one is made from. */
async function prepare(folder: string): Promise<{ dataDir: string; loadDataDir?: Blob }> {
  const dataDir = join(folder, 'pglite')
  if (await exists(dataDir)) {
    if (await exists(join(folder, readyFile))) return { dataDir }
    // Its making was interrupted. It has nothing of anybody's, but is moved rather than removed, in case that is wrong.
    await rename(dataDir, `${dataDir}-interrupted-${Date.now()}`)
  }
  const packed = await readFile(emptyDatabaseFile).catch(() => undefined)
  return { dataDir, ...(packed === undefined ? {} : { loadDataDir: new Blob([packed]) }) }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
