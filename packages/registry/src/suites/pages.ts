import { beforeAll, describe, expect, it } from 'vitest'
import { templateSubmission } from '../fixtures/submissions.js'
import { testClient, type Answer, type TestClient } from '../fixtures/test-client.js'
import type { TestDatabase } from '../fixtures/test-database.js'

const readme = `# Shout

<img src=x onerror=alert(1)> [good](https://example.com) [bad](javascript:alert(1)) ![picture](https://example.com/x.png)
`

/** The pages for people: part of the suite that runs on PGlite and on PostgreSQL. */
export function describePages(test: () => TestDatabase): void {
  describe('the pages', () => {
    let client: TestClient
    beforeAll(async () => {
      client = testClient(test().database, { patienceMs: 0 })
      const token = await client.token()
      for (const version of ['1.0.0', '1.1.0']) {
        const files = [{ path: 'README.md', content: readme, encoding: 'utf8' as const }]
        const json = templateSubmission({ name: '@page/shout', version, purpose: 'Shout <b>loud</b>.', files })
        await client.send('PUT', `/v1/packages/@page/shout/versions/${version}`, { token, json })
      }
      await client.send('POST', '/v1/packages/@page/shout/versions/1.0.0/yank', { token, json: { reason: 'Too <i>quiet</i>' } })
    })
    const get = (path: string): Promise<Answer> => client.send('GET', path, { headers: { accept: 'text/html' } })

    it('list packages, and find them', async () => {
      expect((await get('/')).text).toContain('href="/packages/@page/shout"')
      const found = await get('/?q=shout%20%22loud%22%20%3Cscript%3E')
      expect(found.text).toContain('@page/shout')
      expect(found.text).not.toContain('<script>')
      expect((await get('/?kind=plugin')).text).not.toContain('@page/shout')
    })

    it('show a package: how to get it, what it takes, its versions', async () => {
      const { text } = await get('/packages/@page/shout')
      for (const shown of [
        'pipewright install @page/shout</code>',
        '<code>text</code>',
        'What to shout',
        '<strong>shout</strong>',
        '1.0.0',
      ])
        expect(text).toContain(shown)
      const old = await get('/packages/@page/shout?version=1.0.0')
      expect(old.text).toContain('pipewright install @page/shout@1.0.0')
      expect(old.text).toContain('yanked: Too &lt;i&gt;quiet&lt;/i&gt;')
    })

    it('let no author’s HTML, script or picture through', async () => {
      const { text } = await get('/packages/@page/shout')
      expect(text).toContain('Shout &lt;b&gt;loud&lt;/b&gt;.')
      expect(text).toContain('&lt;img src=x')
      expect(text).toContain('<a href="https://example.com" rel="nofollow noopener">good</a>')
      expect(text).not.toMatch(/href="javascript:|<img|<script/)
    })

    it('run no script, and load nothing from elsewhere', async () => {
      for (const path of ['/', '/packages/@page/shout', '/packages/@page/none', '/nothing']) {
        const { headers, text } = await get(path)
        expect(headers.get('content-type')).toContain('text/html')
        expect(headers.get('content-security-policy')).toContain("script-src 'none'")
        for (const [, address] of text.matchAll(/<link[^>]* href="([^"]+)"/g)) expect(address).toMatch(/^(\/style\.css|data:,)$/)
      }
      expect(await get('/style.css')).toMatchObject({ status: 200 })
    })

    it('say what is not there, in words', async () => {
      for (const path of ['/packages/@page/none', '/packages/x/y', '/packages/@page/shout?version=9.9.9', '/nothing'])
        expect(await get(path)).toMatchObject({ status: 404, body: undefined })
      expect(await get(`/?q=${'x'.repeat(1001)}`)).toMatchObject({ status: 400 })
      expect(await get('/?cursor=x')).toMatchObject({ status: 400 })
    })
  })
}
