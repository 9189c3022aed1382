import { and, eq } from 'drizzle-orm'
import { bumpRevision, type Database } from '../database/open-database.js'
import { distTags, packages, versions } from '../database/schema.js'
import { Problem } from '../http/problem.js'
import { mayDo, type Caller, type TokenScope } from '../tokens/tokens.js'

/** Changes what can change about a version: whether it is yanked, and why; whether it is deprecated, and why. @throws Problem */
export async function changeVersion(
  database: Database,
  caller: Caller,
  name: string,
  version: string,
  change: { yanked?: string | null; deprecated?: string },
): Promise<void> {
  await mustOwn(database, caller, name, 'yank')
  const changed = await database.queries
    .update(versions)
    .set(change)
    .where(and(eq(versions.name, name), eq(versions.version, version)))
    .returning({ version: versions.version })
  if (changed.length === 0) throw new Problem('not-found', `There is no ${name}@${version}.`)
  await bumpRevision(database.queries)
}

/** Points a dist-tag at a version. @throws Problem */
export async function setTag(database: Database, caller: Caller, name: string, tag: string, version: string): Promise<void> {
  await mustOwn(database, caller, name, 'publish-update')
  const [found] = await database.queries
    .select({ version: versions.version })
    .from(versions)
    .where(and(eq(versions.name, name), eq(versions.version, version)))
  if (!found) throw new Problem('not-found', `There is no ${name}@${version}.`)
  await database.queries
    .insert(distTags)
    .values({ name, tag, version })
    .onConflictDoUpdate({ target: [distTags.name, distTags.tag], set: { version } })
  await bumpRevision(database.queries)
}

async function mustOwn(database: Database, caller: Caller, name: string, scope: TokenScope): Promise<void> {
  if (!mayDo(caller, scope, name)) throw new Problem('forbidden', `This needs the scope ${scope}.`)
  const [row] = await database.queries.select({ owner: packages.owner }).from(packages).where(eq(packages.name, name)).limit(1)
  if (!row) throw new Problem('not-found', `There is no package ${name}.`)
  if (row.owner !== caller.owner && !caller.scopes.includes('admin')) throw new Problem('not-owner', `${name} belongs to ${row.owner}.`)
}
