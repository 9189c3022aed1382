import { beforeAll, describe, expect, it } from 'vitest'
import { templateSubmission } from '../fixtures/submissions.js'
import { testClient, type TestClient } from '../fixtures/test-client.js'
import type { TestDatabase } from '../fixtures/test-database.js'

/** Part of the suite that runs on PGlite and on PostgreSQL. */
export function describeListing(test: () => TestDatabase): void {
  describe('listing', () => {
    let client: TestClient
    let token: string
    beforeAll(async () => {
      client = testClient(test().database, { patienceMs: 0 })
      token = await client.token()
      const json = templateSubmission({ name: '@one/shout' })
      await client.send('PUT', '/v1/packages/@one/shout/versions/1.0.0', { token, json })
    })
    const get = (path: string) => client.send('GET', path)

    describe('lists', () => {
      beforeAll(async () => {
        for (let number = 0; number < 7; number++) {
          const name = `@list/shout-${number}`
          const json = templateSubmission({ name, tags: number % 2 === 0 ? ['even'] : [] })
          await client.send('PUT', `/v1/packages/${name}/versions/1.0.0`, { token, json })
        }
      })
      const walk = async (query: string): Promise<string[]> => {
        const names: string[] = []
        let cursor: string | null = null
        do {
          const { status, body } = await get(`/v1/packages?${query}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
          expect(status).toBe(200)
          const page = body as { items: { name: string }[]; nextCursor: string | null }
          names.push(...page.items.map(({ name }) => name))
          cursor = page.nextCursor
        } while (cursor !== null)
        return names
      }

      it('come in pages that leave out and repeat nothing', async () => {
        const whole = await walk('scope=@list&limit=100')
        expect(whole.toSorted()).toEqual(Array.from({ length: 7 }, (_, number) => `@list/shout-${number}`))
        expect(await walk('scope=list&limit=2')).toEqual(whole)
        expect(await walk('scope=@list&limit=3&q=shout%20a%20text')).toHaveLength(7)
      })

      it('go on where they were when something is published meanwhile', async () => {
        const { body } = await get('/v1/packages?scope=@list&limit=3')
        const { items, nextCursor } = body as { items: { name: string }[]; nextCursor: string }
        await client.send('PUT', '/v1/packages/@list/new/versions/1.0.0', { token, json: templateSubmission({ name: '@list/new' }) })
        const rest = await walk(`scope=@list&limit=3&cursor=${nextCursor}`.replace(/&cursor=.*/, ''))
        const next = await get(`/v1/packages?scope=@list&limit=100&cursor=${nextCursor}`)
        const later = (next.body as { items: { name: string }[] }).items.map(({ name }) => name)
        expect(rest).toContain('@list/new')
        expect(later).toHaveLength(4)
        expect(later.some((name) => items.some((item) => item.name === name))).toBe(false)
      })

      it('can be filtered', async () => {
        expect(await walk('scope=@list&tag=even')).toHaveLength(4)
        expect(await walk('scope=@list&kind=plugin')).toEqual([])
        expect(await walk('scope=@list&domain=data')).toEqual([])
        expect(await walk('scope=@list&maturity=production')).toEqual([])
      })

      it('give scores and reasons with a question only', async () => {
        const asked = await get('/v1/packages?scope=@one&q=shout%20my%20text')
        expect(asked.body).toMatchObject({
          items: [{ name: '@one/shout', score: expect.any(Number) as number, reasons: ['shares the words shout, text'] }],
        })
        const { body } = await get('/v1/packages?scope=@one')
        expect((body as { items: object[] }).items[0]).not.toHaveProperty('score')
      })

      it.each(['limit=0', 'limit=101', 'limit=x', 'kind=poem', 'sort=beauty', 'cursor=x', 'cursor=eyJ9', `q=${'x'.repeat(4001)}`])(
        'refuse %s',
        async (query) => expect(await get(`/v1/packages?${query}`)).toMatchObject({ status: 400 }),
      )

      it('refuse the cursor of another list', async () => {
        const { body } = await get('/v1/packages?scope=@list&limit=2')
        const { nextCursor } = body as { nextCursor: string }
        expect(await get(`/v1/packages?scope=@one&cursor=${nextCursor}`)).toMatchObject({ status: 400, body: { code: 'invalid-cursor' } })
      })
    })
  })
}
