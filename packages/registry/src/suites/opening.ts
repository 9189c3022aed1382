import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { openDatabase, type Database } from '../database/open-database.js'
import { packages } from '../database/schema.js'
import type { TestDatabase } from '../fixtures/test-database.js'

/** Opening a database: part of the suite that runs on PGlite and on PostgreSQL. */
export function describeOpening(test: () => TestDatabase): void {
  describe('opening a database', () => {
    it('makes its tables once, however many processes come at the same time', async () => {
      const { database, fresh } = test()
      const location = await fresh()
      const opened = await Promise.allSettled(Array.from({ length: 6 }, () => openDatabase(location)))
      const open = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      try {
        // An embedded one is one process's alone.
        expect(open).toHaveLength(database.kind === 'pglite' ? 1 : 6)
        for (const one of opened) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'STATE_UNWRITABLE' })
        expect(await count(open[0])).toBe(0)
      } finally {
        await Promise.all(open.map((one) => one.close()))
      }
      const again = await openDatabase(location)
      expect(await count(again)).toBe(0)
      await again.close()
    }, 60_000)
  })
}

async function count(database: Database | undefined): Promise<number | undefined> {
  const [row] = (await database?.queries.select({ count: sql<number>`count(*)::int` }).from(packages)) ?? []
  return row?.count
}
