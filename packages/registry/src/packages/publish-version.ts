import { and, eq } from 'drizzle-orm'
import { gt, prerelease } from 'semver'
import type { Maturity } from '@pipewright/kernel/documents'
import { bumpRevision, type Database, type Queries } from '../database/open-database.js'
import { distTags, files, packages, versions } from '../database/schema.js'
import { Problem } from '../http/problem.js'
import { mayDo, type Caller } from '../tokens/tokens.js'
import { checkSubmission } from './check-submission.js'
import type { Submission } from './submission.js'

export interface Published {
  readonly name: string
  readonly version: string
  readonly integrity: string
  /** False when the same bytes had been published before. */
  readonly created: boolean
}

/** Publishes one version, whole or not at all. @throws Problem */
export async function publishVersion(
  database: Database,
  caller: Caller,
  name: string,
  version: string,
  submission: Submission,
  maturity: Maturity = 'experimental',
  now = new Date(),
): Promise<Published> {
  const { queries } = database
  const [existing] = await queries.select().from(packages).where(eq(packages.name, name)).limit(1)
  mustBeAllowed(caller, name, existing?.owner)
  const { files: checked, document } = checkSubmission(name, version, submission)
  const { manifest, integrity } = submission
  if (existing && existing.kind !== manifest.kind)
    throw new Problem('conflict', `${name} is a ${existing.kind}; it cannot become a ${manifest.kind}.`)

  return queries.transaction(async (transaction) => {
    await transaction
      .insert(packages)
      .values({ name, kind: manifest.kind, description: manifest.description, owner: caller.owner, createdAt: now, updatedAt: now })
      .onConflictDoNothing()
    // Whoever comes second waits here for the first to finish, and then finds what that one wrote.
    const [owner] = await transaction.select({ owner: packages.owner }).from(packages).where(eq(packages.name, name)).for('update')
    mustBeAllowed(caller, name, owner?.owner)
    const inserted = await transaction
      .insert(versions)
      .values({ name, version, integrity, manifest, document, publishedAt: now, publishedBy: caller.owner, maturity })
      .onConflictDoNothing()
      .returning({ version: versions.version })
    if (inserted.length === 0) return sameOrConflict(transaction, name, version, integrity)
    if (checked.length > 0)
      await transaction
        .insert(files)
        .values(checked.map(({ path, content, sha512 }) => ({ name, version, path, content, sha512, size: content.byteLength })))
    await transaction.update(packages).set({ description: manifest.description, updatedAt: now }).where(eq(packages.name, name))
    await moveLatest(transaction, name, version)
    await bumpRevision(transaction)
    return { name, version, integrity, created: true }
  })
}

function mustBeAllowed(caller: Caller, name: string, owner: string | undefined): void {
  const scope = owner === undefined ? 'publish-new' : 'publish-update'
  if (!mayDo(caller, scope, name))
    throw new Problem('forbidden', `This needs the scope ${scope}${caller.packages.length > 0 ? ` for ${name}` : ''}.`)
  if (owner !== undefined && owner !== caller.owner && !caller.scopes.includes('admin'))
    throw new Problem('not-owner', `${name} belongs to ${owner}.`)
}

async function sameOrConflict(queries: Queries, name: string, version: string, integrity: string): Promise<Published> {
  const [standing] = await queries
    .select({ integrity: versions.integrity })
    .from(versions)
    .where(and(eq(versions.name, name), eq(versions.version, version)))
  if (standing?.integrity === integrity) return { name, version, integrity, created: false }
  throw new Problem('conflict', `${name}@${version} exists with other contents.`)
}

/** `latest` is the highest version that is not a pre-release. */
async function moveLatest(queries: Queries, name: string, version: string): Promise<void> {
  const [latest] = await queries
    .select({ version: distTags.version })
    .from(distTags)
    .where(and(eq(distTags.name, name), eq(distTags.tag, 'latest')))
  if (latest && (prerelease(version) !== null || !gt(version, latest.version))) return
  await queries
    .insert(distTags)
    .values({ name, tag: 'latest', version })
    .onConflictDoUpdate({ target: [distTags.name, distTags.tag], set: { version } })
}
