import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { versions } from '../database/schema.js'
import type { TestDatabase } from '../fixtures/test-database.js'
import { templateSubmission } from '../fixtures/submissions.js'
import { testClient, type TestClient } from '../fixtures/test-client.js'

/** Part of the suite that runs on PGlite and on PostgreSQL. */
export function describeApi(test: () => TestDatabase): void {
  describe('the API', () => {
    let client: TestClient
    let token: string
    beforeAll(async () => {
      client = testClient(test().database, { patienceMs: 0 })
      token = await client.token()
      const files = [
        { path: 'docs/read me.html', content: '<script>alert(1)</script>', encoding: 'utf8' as const },
        { path: 'logo.png', content: Buffer.from([0x89, 0x50, 0, 255]).toString('base64'), encoding: 'base64' as const },
      ]
      const json = templateSubmission({ name: '@acme/shout', tags: ['loud'], files })
      await client.send('PUT', '/v1/packages/@acme/shout/versions/1.0.0', { token, json })
    })
    const get = (path: string, headers: Record<string, string> = {}) => client.send('GET', path, { headers })

    describe('reading', () => {
      it('answers the same for all ways to write a name', async () => {
        for (const name of ['@acme/shout', '%40acme/shout', '@acme%2Fshout', '%40acme%2fshout'])
          expect(await get(`/v1/packages/${name}/versions/1.0.0`)).toMatchObject({ status: 200, body: { name: '@acme/shout' } })
      })

      it('says what a version takes and uses', async () => {
        expect((await get('/v1/packages/@acme/shout/versions/1.0.0')).body).toMatchObject({
          kind: 'template',
          parameters: { text: { type: 'string' } },
          capabilities: { stepTypes: ['text'], models: [] },
          files: [{ path: 'docs/read me.html' }, { path: 'logo.png', size: 4 }, { path: 'pipeline.yaml' }],
        })
      })

      it('lets a version be cached for ever, and metadata for a minute, both with an ETag', async () => {
        const version = await get('/v1/packages/@acme/shout/versions/1.0.0')
        expect(version.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
        const metadata = await get('/v1/packages/@acme/shout')
        expect(metadata.headers.get('cache-control')).toBe('public, max-age=60')
        for (const [path, { headers }] of [
          ['/v1/packages/@acme/shout/versions/1.0.0', version],
          ['/v1/packages/@acme/shout', metadata],
        ] as const) {
          const etag = headers.get('etag')
          expect(etag).toMatch(/^".+"$/)
          expect(await get(path, { 'if-none-match': etag ?? '' })).toMatchObject({ status: 304, text: '' })
        }
      })

      it('gives files out as bytes that no browser runs', async () => {
        const html = await get('/v1/packages/@acme/shout/versions/1.0.0/files/docs/read%20me.html')
        expect(html).toMatchObject({ status: 200, text: '<script>alert(1)</script>' })
        expect(html.headers.get('content-type')).toBe('text/plain; charset=utf-8')
        expect(html.headers.get('x-content-type-options')).toBe('nosniff')
        expect(html.headers.get('content-security-policy')).toContain('sandbox')
        const image = await client.registry.app.request('/v1/packages/@acme/shout/versions/1.0.0/files/logo.png')
        expect(image.headers.get('content-type')).toBe('application/octet-stream')
        expect([...new Uint8Array(await image.arrayBuffer())]).toEqual([0x89, 0x50, 0, 255])
      })

      it('answers 404 for what is not there and 400 for what cannot be', async () => {
        for (const path of [
          '@acme/none',
          '@acme/shout/versions/2.0.0',
          '@acme/shout/versions/1.0.0/files/none',
          '@acme/shout/versions/1.0.0/files/%00',
        ])
          expect(await get(`/v1/packages/${path}`)).toMatchObject({ status: 404, body: { code: 'not-found' } })
        for (const path of ['acme/shout', '@ACME/shout', '@acme/shout/versions/latest', '@acme/%00'])
          expect(await get(`/v1/packages/${path}`)).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
      })

      it('does not give out what is quarantined, nor list it', async () => {
        const json = templateSubmission({ name: '@acme/bad' })
        await client.send('PUT', '/v1/packages/@acme/bad/versions/1.0.0', { token, json })
        await test().database.queries.update(versions).set({ quarantined: true }).where(eq(versions.name, '@acme/bad'))
        expect(await get('/v1/packages/@acme/bad/versions/1.0.0/files/pipeline.yaml')).toMatchObject({
          status: 403,
          body: { code: 'quarantined' },
        })
        expect((await get('/v1/packages/@acme/bad')).body).toMatchObject({ versions: [{ quarantined: true }] })
      })
    })

    describe('errors', () => {
      it('are problem details with a code, a hint and the id of the request', async () => {
        const answer = await get('/v1/nothing')
        expect(answer.headers.get('content-type')).toBe('application/problem+json')
        expect(answer.body).toEqual({
          type: 'https://pipewright.dev/problems/not-found',
          title: expect.any(String) as string,
          status: 404,
          detail: expect.any(String) as string,
          code: 'not-found',
          hint: expect.any(String) as string,
          requestId: answer.headers.get('x-request-id'),
        })
      })

      it('name the methods that are allowed', async () => {
        const answer = await client.send('PATCH', '/v1/packages/@acme/shout/versions/1.0.0')
        expect(answer).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } })
        expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'PUT'])
        expect((await client.send('DELETE', '/v1/health')).headers.get('allow')).toBe('GET, HEAD')
      })

      it.each([
        ['malformed JSON', { body: '{"reason":', headers: { 'content-type': 'application/json' } }, 400, 'invalid-json'],
        ['no JSON at all', { body: 'reason=x', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported-media-type'],
        ['a form', { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'unsupported-media-type'],
        ['a wrong type', { json: { version: 7 } }, 400, 'invalid-request'],
        ['nothing', {}, 400, 'invalid-request'],
        ['too much', { json: { version: 'x'.repeat(100_000) } }, 413, 'too-large'],
      ])('tell %s in a body', async (_, sending, status, code) => {
        const answer = await client.send('PUT', '/v1/packages/@acme/shout/tags/next', { token, ...sending })
        expect(answer).toMatchObject({ status, body: { status, code } })
      })

      it('stop reading a body at its limit', async () => {
        let sent = 0
        const endless = new ReadableStream({
          pull(controller) {
            sent += 65_536
            controller.enqueue(new Uint8Array(65_536).fill(32))
          },
        })
        const response = await client.registry.app.request('/v1/packages/@acme/shout/versions/9.0.0', {
          method: 'PUT',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: endless,
          duplex: 'half',
        } as RequestInit)
        expect(response.status).toBe(413)
        expect(sent).toBeLessThan(12 * 1024 * 1024)
      })

      it('never say what went wrong inside', async () => {
        const reports: string[] = []
        const broken = { ...test().database, queries: {} as never }
        const answer = await testClient(broken, { report: (message) => reports.push(message) }).send('GET', '/v1/health')
        expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } })
        expect(answer.text).not.toContain('queries')
        expect(reports).toHaveLength(1)
        expect(reports[0]).toContain(answer.headers.get('x-request-id'))
        expect(reports[0]).toContain('TypeError')
      })
    })

    it('is healthy', async () => {
      expect(await get('/v1/health')).toMatchObject({ status: 200, body: { status: 'ok', database: test().database.kind } })
    })

    it('describes itself, with a page that loads nothing from elsewhere', async () => {
      expect((await get('/v1/openapi.json')).body).toMatchObject({ openapi: '3.1.0' })
      const page = await get('/docs')
      expect(page.text).not.toMatch(/https?:/)
      expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
      for (const [, path] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) expect(await get(path ?? '')).toMatchObject({ status: 200 })
    })
  })
}
