import type { Maturity, PackageKind } from '@pipewright/kernel/documents'
import type { ListedPackage } from './listed-package.js'
import type { Fit } from './package-search.js'

export interface ListFilter {
  readonly kind?: PackageKind | undefined
  readonly domain?: string | undefined
  readonly tag?: string | undefined
  readonly maturity?: Maturity | undefined
  /** `@scope` */
  readonly scope?: string | undefined
}

export interface Ranked {
  readonly listed: ListedPackage
  readonly fit: Fit | undefined
  /** What the list is ordered by, largest first; equal ones by name. */
  readonly rank: number
}

/** The packages that pass a filter, best first: by how well they fit where that is known, else the newest first. */
export function rankPackages(
  packages: ReadonlyMap<string, ListedPackage>,
  filter: ListFilter,
  fits: ReadonlyMap<string, Fit> | undefined,
  by: 'relevance' | 'updated',
): Ranked[] {
  return [...packages.values()]
    .filter((listed) => passes(listed, filter))
    .map((listed) => {
      const fit = fits?.get(listed.listing.name)
      return { listed, fit, rank: by === 'relevance' && fits ? (fit?.score ?? 0) : listed.updatedAt.getTime() }
    })
    .toSorted((left, right) => right.rank - left.rank || compareNames(nameOf(left), nameOf(right)))
}

/** Those that come after a place in the list, wherever what stood there has gone since. */
export function after(ranked: readonly Ranked[], rank: number, name: string): Ranked[] {
  return ranked.filter((one) => one.rank < rank || (one.rank === rank && compareNames(nameOf(one), name) > 0))
}

function passes({ listing, tags }: ListedPackage, { kind, domain, tag, maturity, scope }: ListFilter): boolean {
  return (
    (kind === undefined || listing.kind === kind) &&
    (domain === undefined || listing.about.domain === domain) &&
    (tag === undefined || tags.includes(tag)) &&
    (maturity === undefined || listing.maturity === maturity) &&
    (scope === undefined || listing.name.startsWith(`${scope}/`))
  )
}

function nameOf({ listed }: Ranked): string {
  return listed.listing.name
}

function compareNames(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
