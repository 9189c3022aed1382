import { beforeAll, describe, expect, it } from 'vitest'
import type { TestDatabase } from '../fixtures/test-database.js'
import { componentSubmission, submission, templateSubmission } from '../fixtures/submissions.js'
import { testClient, type TestClient } from '../fixtures/test-client.js'

/** Part of the suite that runs on PGlite and on PostgreSQL. */
export function describePublishing(test: () => TestDatabase): void {
  describe('publishing', () => {
    let client: TestClient
    let token: string
    beforeAll(async () => {
      client = testClient(test().database)
      token = await client.token()
    })
    const publish = (name: string, json: { manifest: Record<string, unknown> }, as = token) =>
      client.send('PUT', `/v1/packages/${name}/versions/${String(json.manifest['version'])}`, { token: as, json })

    it('answers 201, then 200 for the same again, then 409 for other contents', async () => {
      const first = templateSubmission({ name: '@first/shout' })
      expect(await publish('@first/shout', first)).toMatchObject({ status: 201, body: { created: true, integrity: first.integrity } })
      expect(await publish('@first/shout', first)).toMatchObject({ status: 200, body: { created: false, integrity: first.integrity } })
      const other = templateSubmission({ name: '@first/shout', purpose: 'Something else.' })
      expect(await publish('@first/shout', other)).toMatchObject({ status: 409, body: { code: 'conflict' } })
      const otherManifest = { ...first, manifest: { ...first.manifest, tags: ['loud'] } }
      expect(await publish('@first/shout', otherManifest)).toMatchObject({ status: 409, body: { code: 'conflict' } })
    })

    it('lets one of many parallel publishers of a version win, and nobody overwrite it', async () => {
      const same = templateSubmission({ name: '@race/shout' })
      const others = [1, 2, 3, 4].map((number) => templateSubmission({ name: '@race/shout', purpose: `Version of writer ${number}.` }))
      const answers = await Promise.all([same, same, same, same, ...others].map((one) => publish('@race/shout', one)))
      const statuses = answers.map(({ status }) => status)
      expect(statuses.filter((status) => status === 201)).toHaveLength(1)
      expect(statuses.every((status) => [200, 201, 409].includes(status))).toBe(true)
      const winner = answers.find(({ status }) => status === 201)?.body as { integrity: string }
      const read = await client.send('GET', '/v1/packages/@race/shout/versions/1.0.0')
      expect(read.body).toMatchObject({ integrity: winner.integrity })
    })

    it('publishes many versions of one package in parallel, and the highest release is the latest', async () => {
      const versions = ['1.0.0', '1.1.0', '2.0.0-beta.1', '1.10.0', '1.9.0']
      const answers = await Promise.all(
        versions.map((version) => publish('@many/shout', templateSubmission({ name: '@many/shout', version }))),
      )
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
      const { body } = await client.send('GET', '/v1/packages/@many/shout')
      expect(body).toMatchObject({ distTags: { latest: '1.10.0' } })
      expect((body as { versions: { version: string }[] }).versions.map(({ version }) => version)).toEqual([
        '2.0.0-beta.1',
        '1.10.0',
        '1.9.0',
        '1.1.0',
        '1.0.0',
      ])
    })

    it('takes components and plugin listings as well as templates', async () => {
      expect(await publish('@kinds/count', componentSubmission('@kinds/count'))).toMatchObject({ status: 201 })
      const contributes = [{ kind: 'step', id: 'shout', contract: 'v1' }]
      const manifest = {
        kind: 'plugin',
        name: '@kinds/step-shout',
        version: '1.2.3',
        description: 'A step.',
        integrity: `sha512-${'A'.repeat(86)}==`,
        pipewright: { kernel: '^0.1.0', contributes },
      }
      const files = [{ path: 'README.md', content: '# A step', encoding: 'utf8' as const }]
      expect(await publish('@kinds/step-shout', submission(manifest, files))).toMatchObject({ status: 201 })
      const read = await client.send('GET', '/v1/packages/@kinds/step-shout/versions/1.2.3')
      expect(read.body).toMatchObject({ kind: 'plugin', document: null, manifest: { pipewright: { contributes } } })
      const empty = submission({ ...manifest, version: '1.2.4', pipewright: { kernel: '^0.1.0', contributes: [] } }, files)
      expect(await publish('@kinds/step-shout', empty)).toMatchObject({ status: 422, body: { code: 'invalid-package' } })
      const changed = templateSubmission({ name: '@kinds/count', version: '2.0.0' })
      expect(await publish('@kinds/count', changed)).toMatchObject({ status: 409, body: { code: 'conflict' } })
    })

    it.each([
      ['another name than the address', { manifest: { name: '@bad/other' } }, 'invalid-package'],
      ['a path that climbs out', { files: [{ path: '../x', content: '', encoding: 'utf8' }] }, 'invalid-package'],
      ['an absolute path', { files: [{ path: '/etc/passwd', content: '', encoding: 'utf8' }] }, 'invalid-package'],
      ['no pipeline', { files: [] }, 'invalid-package'],
      ['wrong integrity', { integrity: 'sha512-AAAA' }, 'integrity-mismatch'],
      ['a NUL in the manifest', { manifest: { description: 'a\0b' } }, 'invalid-request'],
      ['half a character in the manifest', { manifest: { ['\ud800']: 1 } }, 'invalid-request'],
      ['an unknown kind', { manifest: { kind: 'poem' } }, 'invalid-request'],
    ])('refuses %s, and keeps nothing of it', async (_, change, code) => {
      const base = templateSubmission({ name: '@bad/shout' })
      const { manifest = {}, ...rest } = change as { manifest?: object; files?: typeof base.files }
      const files = rest.files ?? base.files
      const sent = { ...submission({ ...base.manifest, ...manifest }, files), ...rest }
      expect((await publish('@bad/shout', sent)).body).toMatchObject({ code })
      expect(await client.send('GET', '/v1/packages/@bad/shout')).toMatchObject({ status: 404 })
    })

    it('refuses a manifest that is nested without end', async () => {
      const base = templateSubmission({ name: '@bad/deep' })
      const body = JSON.stringify(base).replace('"manifest":{', `"manifest":{"deep":${'['.repeat(50_000)}${']'.repeat(50_000)},`)
      const headers = { 'content-type': 'application/json' }
      const answer = await client.send('PUT', '/v1/packages/@bad/deep/versions/1.0.0', { token, body, headers })
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    })

    it('lets nobody publish into what belongs to another', async () => {
      expect(await publish('@ada/shout', templateSubmission({ name: '@ada/shout' }))).toMatchObject({ status: 201 })
      const stranger = await client.token({ owner: 'eve' })
      const next = templateSubmission({ name: '@ada/shout', version: '1.0.1' })
      expect(await publish('@ada/shout', next, stranger)).toMatchObject({ status: 403, body: { code: 'not-owner' } })
      const beside = templateSubmission({ name: '@ada/whisper' })
      expect(await publish('@ada/whisper', beside, stranger)).toMatchObject({ status: 403, body: { code: 'not-owner' } })
      const starter = templateSubmission({ name: '@pipewright/shout' })
      expect(await publish('@pipewright/shout', starter, stranger)).toMatchObject({ status: 403, body: { code: 'not-owner' } })
      const administrator = await client.token({ owner: 'root', scopes: ['admin'] })
      expect(await publish('@ada/shout', next, administrator)).toMatchObject({ status: 201 })
    })

    it('holds a token to its scopes and packages', async () => {
      const update = await client.token({ scopes: ['publish-update'] })
      const fresh = templateSubmission({ name: '@held/shout' })
      expect(await publish('@held/shout', fresh, update)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
      const narrow = await client.token({ packages: ['@held/*'] })
      expect(await publish('@held/shout', fresh, narrow)).toMatchObject({ status: 201 })
      expect(await publish('@else/shout', templateSubmission({ name: '@else/shout' }), narrow)).toMatchObject({ status: 403 })
    })
  })
}
