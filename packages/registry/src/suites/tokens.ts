import { beforeAll, describe, expect, it } from 'vitest'
import { testClient, type TestClient } from '../fixtures/test-client.js'
import type { TestDatabase } from '../fixtures/test-database.js'

/** Part of the suite that runs on PGlite and on PostgreSQL. */
export function describeTokens(test: () => TestDatabase): void {
  describe('tokens', () => {
    let client: TestClient
    let token: string
    beforeAll(async () => {
      client = testClient(test().database, { patienceMs: 0 })
      token = await client.token()
    })

    describe('tokens', () => {
      const writes = [
        ['PUT', '/v1/packages/@acme/shout/versions/1.0.0'],
        ['PUT', '/v1/packages/NOT/valid/versions/x'],
        ['POST', '/v1/packages/@acme/shout/versions/1.0.0/yank'],
        ['POST', '/v1/packages/@acme/shout/versions/1.0.0/unyank'],
        ['POST', '/v1/packages/@acme/shout/versions/1.0.0/deprecate'],
        ['PUT', '/v1/packages/@acme/shout/tags/next'],
        ['POST', '/v1/me/tokens'],
        ['DELETE', '/v1/me/tokens/x'],
      ] as const

      it.each(writes)('%s %s wants one before it looks at what was sent', async (method, path) => {
        const bodies = [{}, { body: '{', headers: { 'content-type': 'application/json' } }, { body: 'x'.repeat(200_000) }]
        for (const sending of bodies) {
          for (const wrong of [undefined, 'pwt_wrong', 'x'.repeat(10_000)]) {
            const answer = await client.send(method, path, { ...sending, ...(wrong === undefined ? {} : { token: wrong }) })
            expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
            expect(answer.headers.get('www-authenticate')).toContain('Bearer')
          }
        }
      })

      it('say who their owner is', async () => {
        expect((await client.send('GET', '/v1/me', { token })).body).toMatchObject({
          name: 'ada',
          scopes: ['publish-new', 'publish-update', 'yank'],
          packages: [],
        })
        expect(await client.send('GET', '/v1/me')).toMatchObject({ status: 401 })
      })

      it('make others that may do no more, are shown once and can be revoked', async () => {
        const make = (json: unknown, as = token) => client.send('POST', '/v1/me/tokens', { token: as, json })
        expect(await make({ scopes: ['admin'] })).toMatchObject({ status: 403 })
        const made = await make({ label: 'ci', scopes: ['publish-update'], packages: ['@acme/*'], expiresInDays: 1 })
        expect(made).toMatchObject({
          status: 201,
          body: { label: 'ci', packages: ['@acme/*'], token: expect.stringMatching(/^pwt_/) as string },
        })
        const { id, token: secret } = made.body as { id: string; token: string }
        expect(await make({ scopes: ['publish-update'] }, secret)).toMatchObject({ status: 201, body: { packages: ['@acme/*'] } })
        expect(await make({ scopes: ['publish-update'], packages: ['@other/x'] }, secret)).toMatchObject({ status: 403 })
        expect(await make({ scopes: ['yank'] }, secret)).toMatchObject({ status: 403 })
        const list = await client.send('GET', '/v1/me/tokens', { token })
        expect(list.text).toContain(id)
        expect(list.text).not.toContain(secret)
        expect(await client.send('DELETE', `/v1/me/tokens/${id}`, { token })).toMatchObject({ status: 200 })
        expect(await client.send('GET', '/v1/me', { token: secret })).toMatchObject({ status: 401 })
        expect(await client.send('DELETE', `/v1/me/tokens/${id}`, { token })).toMatchObject({ status: 404 })
      })

      it('end when they expire', async () => {
        const past = await client.token({ expiresAt: new Date(Date.now() - 1000) })
        expect(await client.send('GET', '/v1/me', { token: past })).toMatchObject({ status: 401 })
      })
    })

    describe('an Idempotency-Key', () => {
      const make = (key: string, label: string) =>
        client.send('POST', '/v1/me/tokens', { token, json: { label, scopes: ['yank'] }, headers: { 'idempotency-key': key } })
      const labelled = async (label: string): Promise<number> => {
        const { body } = await client.send('GET', '/v1/me/tokens', { token })
        return (body as { items: { label: string }[] }).items.filter((one) => one.label === label).length
      }

      it('does a thing once, and keeps no secret', async () => {
        const first = await make('once', 'once')
        const again = await make('once', 'once')
        expect(first.status).toBe(201)
        expect(again).toMatchObject({ status: 201, body: { ...(first.body as object), token: null } })
        expect(again.headers.get('idempotency-replayed')).toBe('true')
        expect(await labelled('once')).toBe(1)
      })

      it('does it once for parallel requests too', async () => {
        const answers = await Promise.all(Array.from({ length: 6 }, () => make('parallel', 'parallel')))
        expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true)
        expect(await labelled('parallel')).toBe(1)
      })

      it('belongs to one request', async () => {
        await make('taken', 'a')
        expect(await make('taken', 'b')).toMatchObject({ status: 409, body: { code: 'idempotency-conflict' } })
        expect(await make('no spaces', 'c')).toMatchObject({ status: 400 })
      })
    })
  })
}
