import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { starterPackages } from '@pipewright/catalogue'
import { searchIndexes } from '../database/schema.js'
import { openDatabase, type Database } from '../database/open-database.js'
import { templateSubmission } from '../fixtures/submissions.js'
import { testClient, type TestClient } from '../fixtures/test-client.js'
import type { TestDatabase } from '../fixtures/test-database.js'
import { seedPackages } from '../seed-packages.js'

interface Item {
  readonly name: string
  readonly version: string
  readonly score: number
  readonly maturity: string
}

/** Searching what has been learnt from: part of the suite that runs on PGlite and on PostgreSQL. */
export function describeSearching(test: () => TestDatabase): void {
  describe('searching the starter library', () => {
    let database: Database
    let client: TestClient
    beforeAll(async () => {
      database = await openDatabase(await test().fresh())
      expect(await seedPackages(database, await starterPackages(), new Date())).toBeGreaterThan(0)
      client = testClient(database, { patienceMs: 60_000 })
    }, 120_000)
    afterAll(async () => {
      await client.registry.close()
      await database.close()
    })
    const search = async (words: string, from = client): Promise<Item[]> =>
      ((await from.send('GET', `/v1/packages?q=${encodeURIComponent(words)}`)).body as { items: Item[] }).items

    it('finds what is meant, as well as the built-in catalogue does', async () => {
      const [first, second] = await search('tidy up this spreadsheet export, there are gaps and duplicates in my csv')
      expect(first).toMatchObject({ name: '@pipewright/csv-clean', maturity: 'beta' })
      expect(first?.score).toBeGreaterThan(0.5)
      expect(second?.score).toBeLessThan(first?.score ?? 0)
    }, 90_000)

    it('seeds an empty registry only', async () => {
      expect(await seedPackages(database, await starterPackages(), new Date())).toBe(0)
    })

    it('keeps what was learnt for other processes and starts', async () => {
      const before = await search('clean a csv file')
      expect(await database.queries.select({ key: searchIndexes.key }).from(searchIndexes)).toHaveLength(1)
      const other = testClient(database, { patienceMs: 60_000 })
      expect(await search('clean a csv file', other)).toEqual(before)
      await other.registry.close()
    })

    it('shows what is new at once, by its words until it has been learnt from, and waits for nothing', async () => {
      const hasty = testClient(database, { patienceMs: 0 })
      const token = await hasty.token()
      const json = templateSubmission({ name: '@new/yodel', purpose: 'Yodel a ticket.' })
      await hasty.send('PUT', '/v1/packages/@new/yodel/versions/1.0.0', { token, json })
      const found = (await search('yodel my ticket', hasty)).find(({ name }) => name === '@new/yodel')
      expect(found?.score).toBeGreaterThan(0)
      expect(found?.score).toBeLessThan(0.5)
      await hasty.registry.close()
      // Another process sees it as well.
      expect((await search('yodel my ticket')).map(({ name }) => name)).toContain('@new/yodel')
    }, 90_000)
  })
}
