import { and, eq } from 'drizzle-orm'
import { prerelease, rcompare } from 'semver'
import type { Queries } from '../database/open-database.js'
import { distTags, versions } from '../database/schema.js'

export async function pointTag(queries: Queries, name: string, tag: string, version: string): Promise<void> {
  await queries
    .insert(distTags)
    .values({ name, tag, version })
    .onConflictDoUpdate({ target: [distTags.name, distTags.tag], set: { version } })
}

/** `latest` moves up to a version that is newer: a higher release, or a higher pre-release while there is no release. */
export async function raiseLatest(queries: Queries, name: string, version: string): Promise<void> {
  const latest = await readLatest(queries, name)
  if (latest === undefined || newestOf([latest, version]) === version) await pointTag(queries, name, 'latest', version)
}

/** `latest` moves away from a version that may no longer be installed, if there is another to move to. */
export async function leaveYanked(queries: Queries, name: string, version: string): Promise<void> {
  if ((await readLatest(queries, name)) !== version) return
  const left = await queries
    .select({ version: versions.version })
    .from(versions)
    .where(and(eq(versions.name, name), eq(versions.yanked, false), eq(versions.quarantined, false)))
  const next = newestOf(left.map((row) => row.version))
  if (next !== undefined) await pointTag(queries, name, 'latest', next)
}

/** The highest release, or without one the highest pre-release. */
export function newestOf(candidates: readonly string[]): string | undefined {
  const sorted = candidates.toSorted(rcompare)
  return sorted.find((version) => prerelease(version) === null) ?? sorted[0]
}

async function readLatest(queries: Queries, name: string): Promise<string | undefined> {
  const [row] = await queries
    .select({ version: distTags.version })
    .from(distTags)
    .where(and(eq(distTags.name, name), eq(distTags.tag, 'latest')))
  return row?.version
}
