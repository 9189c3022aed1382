import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

// By name, since the code stands elsewhere once it is bundled.
const root = dirname(createRequire(import.meta.url).resolve('@pipewright/registry/package.json'))

/** The one set of migrations, for PGlite and PostgreSQL. */
export const migrationsFolder = join(root, 'migrations')

/** A PGlite database with all tables and no rows, packed; made by the build. */
export const emptyDatabaseFile = join(root, 'dist', 'empty-database.tar.gz')
