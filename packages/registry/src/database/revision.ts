import { eq, sql } from 'drizzle-orm'
import type { Queries } from './open-database.js'
import { revisions } from './schema.js'

/** How many changes there have been to what lists and searches show. */
export async function readRevision(queries: Queries): Promise<number> {
  const [row] = await queries.select({ revision: revisions.revision }).from(revisions).where(eq(revisions.id, 1))
  return row?.revision ?? 0
}

/** Says that something that lists and searches show has changed. Goes last in a transaction: it makes others wait for it. */
export async function bumpRevision(queries: Queries): Promise<void> {
  await queries
    .insert(revisions)
    .values({ id: 1, revision: 1 })
    .onConflictDoUpdate({ target: revisions.id, set: { revision: sql`${revisions.revision} + 1` } })
}
