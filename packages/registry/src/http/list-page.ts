import { after, rankPackages, type ListFilter, type Ranked } from '../search/list-packages.js'
import type { PackageSearch } from '../search/package-search.js'
import { listKey, readCursor, writeCursor } from './cursor.js'
import { Problem } from './problem.js'

export interface ListRequest {
  /** What is wanted, in plain language; empty for a list of everything. */
  readonly text: string
  readonly filter: ListFilter
  /** Relevance counts only when something is wanted. */
  readonly by: 'relevance' | 'updated'
  readonly limit: number
  readonly cursor?: string | undefined
}

/** One page of a list or search. @throws Problem for a cursor of another list */
export async function listPage(
  search: PackageSearch,
  { text, filter, by, limit, cursor }: ListRequest,
): Promise<{ readonly ranked: readonly Ranked[]; readonly nextCursor: string | null }> {
  const fits = text === '' ? undefined : await search.fits(text)
  const ranked = rankPackages(await search.packages(), filter, fits, by)
  const list = listKey([text, by, filter.kind, filter.domain, filter.tag, filter.maturity, filter.scope])
  const rest = cursor === undefined ? ranked : after(ranked, ...placeOf(cursor, list))
  const page = rest.slice(0, limit)
  const last = rest.length > limit ? page.at(-1) : undefined
  return { ranked: page, nextCursor: last ? writeCursor(list, [last.rank, last.listed.listing.name]) : null }
}

function placeOf(cursor: string, list: string): [rank: number, name: string] {
  const [rank, name] = readCursor(cursor, list)
  if (typeof rank === 'number' && typeof name === 'string') return [rank, name]
  throw new Problem('invalid-cursor', 'The cursor is not one that this registry gave out for this list.')
}
