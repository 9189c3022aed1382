import { sql } from 'drizzle-orm'
import { computeIntegrity, type PackageFile } from '@pipewright/kernel/documents'
import type { Database } from './database/open-database.js'
import { packages } from './database/schema.js'
import { publishVersion } from './packages/publish-version.js'
import { submissionSchema } from './packages/submission.js'
import type { Caller } from './tokens/tokens.js'

/** A package to begin with. */
export interface SeedPackage {
  readonly manifest: { readonly kind: string; readonly name: string; readonly version: string; readonly description: string }
  readonly files: readonly PackageFile[]
}

/** In whose name the starter library is published. No token is theirs. */
const seeder: Caller = { tokenId: 'seed', owner: 'pipewright', scopes: ['admin'], packages: [] }

/** Publishes packages into a registry that has none, as `beta`: what the built-in catalogue says of them too. @returns how many */
export async function seedPackages(database: Database, seed: readonly SeedPackage[], now: Date): Promise<number> {
  const [row] = await database.queries.select({ count: sql<number>`count(*)::int` }).from(packages)
  if (row === undefined || row.count > 0) return 0
  for (const { manifest, files } of seed) {
    const submission = submissionSchema.parse({ manifest, files, integrity: computeIntegrity(files) })
    await publishVersion(database, seeder, { name: manifest.name, version: manifest.version, submission, maturity: 'beta' }, now)
  }
  return seed.length
}
