import { createHash } from 'node:crypto'
import { eq, ne } from 'drizzle-orm'
import { parseIndex, type Listing, type SearchIndex } from '@pipewright/catalogue'
import { canonicalJson } from '@pipewright/kernel/documents'
import type { Queries } from '../database/open-database.js'
import { searchIndexes } from '../database/schema.js'

/** What tells apart what an index is learnt from. */
export function indexKey(listings: readonly Listing[]): string {
  return createHash('sha256').update(canonicalJson(listings)).digest('hex')
}

/** The index that some process has learnt from the same listings; undefined when none has. */
export async function readKeptIndex(queries: Queries, key: string): Promise<SearchIndex | undefined> {
  const [row] = await queries.select({ body: searchIndexes.body }).from(searchIndexes).where(eq(searchIndexes.key, key))
  return row === undefined ? undefined : parseIndex(row.body)
}

/** Keeps an index in the place of older ones. */
export async function keepIndex(queries: Queries, key: string, body: string, now: Date): Promise<void> {
  await queries.insert(searchIndexes).values({ key, body, createdAt: now }).onConflictDoNothing()
  await queries.delete(searchIndexes).where(ne(searchIndexes.key, key))
}
