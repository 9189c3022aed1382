import { join } from 'node:path'

/** The one set of migrations, for PGlite and PostgreSQL. */
export const migrationsFolder = join(import.meta.dirname, '..', '..', 'migrations')
