import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PipewrightError } from '@pipewright/kernel/documents'
import { lockFolder } from './lock-folder.js'
import { migrationsFolder } from './migrations-folder.js'
import type { Database } from './open-database.js'
import * as schema from './schema.js'

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
    const client = await PGlite.create(join(folder, 'pglite'))
    const queries = drizzle(client, { schema })
    await migrate(queries, { migrationsFolder })
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
