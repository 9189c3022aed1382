import { and, eq, inArray } from 'drizzle-orm'
import { listingFromDocument, type Listing } from '@pipewright/catalogue'
import { documentSchema } from '@pipewright/kernel/documents'
import type { Queries } from '../database/open-database.js'
import { distTags, packages, versions } from '../database/schema.js'
import { newestOf } from '../packages/dist-tags.js'
import type { ListedPackage } from './listed-package.js'

type Standing = Map<string, ListedPackage>
const batch = 200

/**
 * Every package that has a version to install, with that version: `latest` if it may be installed, else the newest that
 * may. Yanked and quarantined versions are not shown.
 * @param before what was read last: versions do not change, so their documents are not read again
 */
export async function readListedPackages(queries: Queries, before: ReadonlyMap<string, ListedPackage>): Promise<Standing> {
  const rows = await queries
    .select({
      name: packages.name,
      updatedAt: packages.updatedAt,
      version: versions.version,
      maturity: versions.maturity,
      deprecated: versions.deprecated,
      latest: distTags.version,
    })
    .from(packages)
    .innerJoin(versions, eq(versions.name, packages.name))
    .leftJoin(distTags, and(eq(distTags.name, packages.name), eq(distTags.tag, 'latest')))
    .where(and(eq(versions.yanked, false), eq(versions.quarantined, false)))
    .orderBy(packages.name)
  const chosen = [...Map.groupBy(rows, (row) => row.name).values()].flatMap((candidates) => {
    const newest = newestOf(candidates.map((row) => row.version))
    return candidates.find((row) => row.version === row.latest) ?? candidates.find((row) => row.version === newest) ?? []
  })
  const unknown = chosen.filter(({ name, version }) => before.get(name)?.listing.version !== version)
  const listings = await readListings(queries, unknown)
  return new Map(
    chosen.flatMap(({ name, version, maturity, deprecated, updatedAt }) => {
      const known = listings.get(name) ?? before.get(name)
      if (!known) return []
      return [[name, { listing: { ...known.listing, version, maturity }, tags: known.tags, deprecated, updatedAt }]]
    }),
  )
}

async function readListings(queries: Queries, wanted: readonly { name: string; version: string }[]) {
  const found = new Map<string, { listing: Listing; tags: readonly string[] }>()
  for (let start = 0; start < wanted.length; start += batch) {
    const part = new Map(wanted.slice(start, start + batch).map(({ name, version }) => [name, version]))
    const rows = await queries
      .select()
      .from(versions)
      .where(and(inArray(versions.name, [...part.keys()]), inArray(versions.version, [...new Set(part.values())])))
    for (const row of rows)
      if (part.get(row.name) === row.version) found.set(row.name, { listing: listingOf(row), tags: row.manifest.tags })
  }
  return found
}

function listingOf({ name, version, manifest, document, maturity }: typeof versions.$inferSelect): Listing {
  const pipeline = manifest.kind === 'template' ? documentSchema.safeParse(document) : undefined
  if (pipeline?.success) return listingFromDocument(pipeline.data, { name, version, maturity })
  return {
    name,
    version,
    kind: manifest.kind,
    description: manifest.description,
    about: document?.['about'] ?? {},
    inputs: {},
    outputs: [],
    maturity,
  }
}
