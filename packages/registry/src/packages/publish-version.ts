import { and, eq } from 'drizzle-orm'
import { canonicalJson, type Maturity } from '@pipewright/kernel/documents'
import type { Database, Queries } from '../database/open-database.js'
import { bumpRevision } from '../database/revision.js'
import { files, packages, scopes, versions } from '../database/schema.js'
import { Problem } from '../http/problem.js'
import type { Caller } from '../tokens/tokens.js'
import { checkSubmission, type CheckedFile } from './check-submission.js'
import { raiseLatest } from './dist-tags.js'
import { mustMayPublish, scopeOf } from './may-change.js'
import type { Submission } from './submission.js'

export interface Published {
  readonly name: string
  readonly version: string
  readonly integrity: string
  /** False when the same bytes had been published before. */
  readonly created: boolean
}

export interface Publication {
  readonly name: string
  readonly version: string
  readonly submission: Submission
  readonly maturity?: Maturity
}

/** Publishes one version, whole or not at all. @throws Problem */
export async function publishVersion(database: Database, caller: Caller, publication: Publication, now: Date): Promise<Published> {
  const { name, version, submission, maturity = 'experimental' } = publication
  await mustMayPublish(database.queries, caller, name)
  const { manifest } = submission
  const { files: checked, document, integrity } = checkSubmission(name, version, submission)

  return database.queries.transaction(async (transaction) => {
    await transaction
      .insert(scopes)
      .values({ scope: scopeOf(name), owner: caller.owner })
      .onConflictDoNothing()
    await transaction
      .insert(packages)
      .values({ name, kind: manifest.kind, description: manifest.description, owner: caller.owner, createdAt: now, updatedAt: now })
      .onConflictDoNothing()
    // Whoever comes second waits here for the first to finish, and then finds what that one wrote.
    const [standing] = await transaction.select({ kind: packages.kind }).from(packages).where(eq(packages.name, name)).for('update')
    await mustMayPublish(transaction, caller, name)
    if (standing?.kind !== manifest.kind)
      throw new Problem('conflict', `${name} is a ${standing?.kind}; it cannot become a ${manifest.kind}.`)
    const inserted = await transaction
      .insert(versions)
      .values({ name, version, integrity, manifest, document, publishedAt: now, publishedBy: caller.owner, maturity })
      .onConflictDoNothing()
      .returning({ version: versions.version })
    if (inserted.length === 0) return sameOrConflict(transaction, name, version, integrity, manifest)
    await insertFiles(transaction, name, version, checked)
    await transaction.update(packages).set({ description: manifest.description, updatedAt: now }).where(eq(packages.name, name))
    await raiseLatest(transaction, name, version)
    await bumpRevision(transaction)
    return { name, version, integrity, created: true }
  })
}

async function insertFiles(queries: Queries, name: string, version: string, checked: readonly CheckedFile[]): Promise<void> {
  if (checked.length === 0) return
  await queries
    .insert(files)
    .values(checked.map(({ path, content, sha512 }) => ({ name, version, path, content, sha512, size: content.byteLength })))
}

async function sameOrConflict(
  queries: Queries,
  name: string,
  version: string,
  integrity: string,
  manifest: Submission['manifest'],
): Promise<Published> {
  const [standing] = await queries
    .select({ integrity: versions.integrity, manifest: versions.manifest })
    .from(versions)
    .where(and(eq(versions.name, name), eq(versions.version, version)))
  if (standing?.integrity === integrity && canonicalJson(standing.manifest) === canonicalJson(manifest))
    return { name, version, integrity, created: false }
  throw new Problem('conflict', `${name}@${version} exists with other contents.`)
}
