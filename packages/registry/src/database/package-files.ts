import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

/** The one set of migrations, for PGlite and PostgreSQL. */
export const migrationsFolder = join(root, 'migrations')

/** A PGlite database with all tables and no rows, packed; made by the build. */
export const emptyDatabaseFile = join(root, 'dist', 'empty-database.tar.gz')
