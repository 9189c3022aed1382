import { and, eq } from 'drizzle-orm'
import type { Database } from '../database/open-database.js'
import { bumpRevision } from '../database/revision.js'
import { versions } from '../database/schema.js'
import { Problem } from '../http/problem.js'
import type { Caller } from '../tokens/tokens.js'
import { leaveYanked, pointTag, raiseLatest } from './dist-tags.js'
import { mustOwn } from './may-change.js'

/** What can be done to a version once it is there. */
export type VersionChange = 'yank' | 'unyank' | 'deprecate'

/** Yanks, restores or deprecates a version. Its files stay: what is pinned keeps working. @throws Problem */
export async function changeVersion(
  { queries }: Database,
  caller: Caller,
  { name, version, change, reason }: { name: string; version: string; change: VersionChange; reason: string },
): Promise<void> {
  await mustOwn(queries, caller, 'yank', name)
  await queries.transaction(async (transaction) => {
    const changed = await transaction
      .update(versions)
      .set(
        change === 'deprecate'
          ? { deprecated: true, deprecationReason: reason }
          : { yanked: change === 'yank', yankReason: change === 'yank' ? reason : null },
      )
      .where(and(eq(versions.name, name), eq(versions.version, version)))
      .returning({ version: versions.version })
    if (changed.length === 0) throw new Problem('not-found', `There is no ${name}@${version}.`)
    if (change === 'yank') await leaveYanked(transaction, name, version)
    if (change === 'unyank') await raiseLatest(transaction, name, version)
    await bumpRevision(transaction)
  })
}

/** Points a dist-tag at a version. @throws Problem */
export async function setTag(
  { queries }: Database,
  caller: Caller,
  { name, tag, version }: { name: string; tag: string; version: string },
): Promise<void> {
  await mustOwn(queries, caller, 'publish-update', name)
  await queries.transaction(async (transaction) => {
    const [found] = await transaction
      .select({ version: versions.version })
      .from(versions)
      .where(and(eq(versions.name, name), eq(versions.version, version)))
    if (!found) throw new Problem('not-found', `There is no ${name}@${version}.`)
    await pointTag(transaction, name, tag, version)
    await bumpRevision(transaction)
  })
}
