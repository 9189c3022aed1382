import { and, eq } from 'drizzle-orm'
import { rcompare } from 'semver'
import type { Database } from '../database/open-database.js'
import { distTags, files, packages, versions } from '../database/schema.js'
import { Problem } from '../http/problem.js'
import { isKeepable } from './why-not-kept.js'

export type PackageRow = typeof packages.$inferSelect
export type VersionRow = typeof versions.$inferSelect

/** A package with its versions, newest first. @throws Problem */
export async function readPackage(
  { queries }: Database,
  name: string,
): Promise<{ row: PackageRow; versions: VersionRow[]; tags: Record<string, string> }> {
  const [row] = await queries.select().from(packages).where(eq(packages.name, name)).limit(1)
  if (!row) throw new Problem('not-found', `There is no package ${name}.`)
  const found = await queries.select().from(versions).where(eq(versions.name, name))
  const tags = await queries.select().from(distTags).where(eq(distTags.name, name))
  return {
    row,
    versions: found.toSorted((left, right) => rcompare(left.version, right.version)),
    tags: Object.fromEntries(tags.map(({ tag, version }) => [tag, version])),
  }
}

/** @throws Problem */
export async function readVersion(
  { queries }: Database,
  name: string,
  version: string,
): Promise<{ row: VersionRow; kind: PackageRow['kind']; files: { path: string; sha512: string; size: number }[] }> {
  const [standing] = await queries
    .select({ row: versions, kind: packages.kind })
    .from(versions)
    .innerJoin(packages, eq(packages.name, versions.name))
    .where(and(eq(versions.name, name), eq(versions.version, version)))
  if (!standing) throw new Problem('not-found', `There is no ${name}@${version}.`)
  const found = await queries
    .select({ path: files.path, sha512: files.sha512, size: files.size })
    .from(files)
    .where(and(eq(files.name, name), eq(files.version, version)))
    .orderBy(files.path)
  return { ...standing, files: found }
}

/** @throws Problem; a quarantined version's files are not given out */
export async function readFile(
  { queries }: Database,
  name: string,
  version: string,
  path: string,
): Promise<{ content: Uint8Array; sha512: string }> {
  // PostgreSQL takes no NUL, not even to look for one.
  if (!isKeepable(path)) throw new Problem('not-found', `${name}@${version} has no such file.`)
  const [found] = await queries
    .select({ content: files.content, sha512: files.sha512, quarantined: versions.quarantined })
    .from(files)
    .innerJoin(versions, and(eq(versions.name, files.name), eq(versions.version, files.version)))
    .where(and(eq(files.name, name), eq(files.version, version), eq(files.path, path)))
    .limit(1)
  if (!found) throw new Problem('not-found', `${name}@${version} has no file ${path}.`)
  if (found.quarantined) throw new Problem('quarantined', `${name}@${version} is quarantined.`)
  return found
}
