import { beforeAll, describe, expect, it } from 'vitest'
import type { TestDatabase } from '../fixtures/test-database.js'
import { templateSubmission } from '../fixtures/submissions.js'
import { testClient, type TestClient } from '../fixtures/test-client.js'

/** Part of the suite that runs on PGlite and on PostgreSQL. */
export function describeChangingVersions(test: () => TestDatabase): void {
  describe('yanking, deprecating and tagging', () => {
    let client: TestClient
    let token: string
    beforeAll(async () => {
      client = testClient(test().database, { patienceMs: 0 })
      token = await client.token()
    })
    const publish = async (name: string, version: string): Promise<void> => {
      const sent = await client.send('PUT', `/v1/packages/${name}/versions/${version}`, {
        token,
        json: templateSubmission({ name, version }),
      })
      expect(sent.status).toBe(201)
    }
    const post = (path: string, json: unknown = {}) => client.send('POST', `/v1/packages/${path}`, { token, json })
    const listed = async (scope: string): Promise<unknown[]> =>
      ((await client.send('GET', `/v1/packages?scope=${scope}`)).body as { items: unknown[] }).items

    it('moves `latest` and the lists to the version before when one is yanked, and back', async () => {
      await publish('@yank/shout', '1.0.0')
      await publish('@yank/shout', '1.1.0')
      expect(await post('@yank/shout/versions/1.1.0/yank', { reason: 'It shouts too loud.' })).toMatchObject({ status: 200 })
      const { body } = await client.send('GET', '/v1/packages/@yank/shout')
      expect(body).toMatchObject({
        distTags: { latest: '1.0.0' },
        versions: [
          { version: '1.1.0', yanked: true, yankReason: 'It shouts too loud.' },
          { version: '1.0.0', yanked: false, yankReason: null },
        ],
      })
      expect(await listed('@yank')).toMatchObject([{ name: '@yank/shout', version: '1.0.0' }])
      // What is pinned keeps working.
      expect(await client.send('GET', '/v1/packages/@yank/shout/versions/1.1.0/files/pipeline.yaml')).toMatchObject({ status: 200 })
      expect(await post('@yank/shout/versions/1.1.0/unyank')).toMatchObject({ status: 200 })
      expect(await listed('@yank')).toMatchObject([{ version: '1.1.0' }])
    })

    it('leaves a package out of lists and searches once all of it is yanked', async () => {
      await publish('@gone/shout', '1.0.0')
      expect(await post('@gone/shout/versions/1.0.0/yank')).toMatchObject({ status: 200 })
      expect(await listed('@gone')).toEqual([])
      const found = await client.send('GET', '/v1/packages?q=shout&scope=@gone')
      expect(found.body).toMatchObject({ items: [] })
      expect(await client.send('GET', '/v1/packages/@gone/shout')).toMatchObject({ status: 200 })
    })

    it('takes a yank without a body, as curl sends it', async () => {
      await publish('@curl/shout', '1.0.0')
      expect(await client.send('POST', '/v1/packages/@curl/shout/versions/1.0.0/yank', { token })).toMatchObject({ status: 200 })
    })

    it('says what is deprecated, and why', async () => {
      await publish('@old/shout', '1.0.0')
      expect(await post('@old/shout/versions/1.0.0/deprecate', { reason: 'Use @new/shout.' })).toMatchObject({ status: 200 })
      const { body } = await client.send('GET', '/v1/packages/@old/shout')
      expect(body).toMatchObject({ versions: [{ deprecated: true, deprecationReason: 'Use @new/shout.' }] })
      expect(await listed('@old')).toMatchObject([{ deprecated: true }])
    })

    it('points tags at versions that exist', async () => {
      await publish('@tag/shout', '1.0.0')
      await publish('@tag/shout', '2.0.0-rc.1')
      const point = (tag: string, version: string) =>
        client.send('PUT', `/v1/packages/@tag/shout/tags/${tag}`, { token, json: { version } })
      expect(await point('next', '2.0.0-rc.1')).toMatchObject({ status: 200, body: { tag: 'next', version: '2.0.0-rc.1' } })
      expect(await point('next', '9.9.9')).toMatchObject({ status: 404 })
      expect(await point('1', '1.0.0')).toMatchObject({ status: 400 })
      const { body } = await client.send('GET', '/v1/packages/@tag/shout')
      expect(body).toMatchObject({ distTags: { latest: '1.0.0', next: '2.0.0-rc.1' } })
    })

    it('lets only the owner do it', async () => {
      await publish('@mine/shout', '1.0.0')
      const stranger = await client.token({ owner: 'eve' })
      const sent = { token: stranger, json: {} }
      expect(await client.send('POST', '/v1/packages/@mine/shout/versions/1.0.0/yank', sent)).toMatchObject({ status: 403 })
      const weak = { token: await client.token({ scopes: ['publish-new'] }), json: { reason: 7 } }
      expect(await client.send('POST', '/v1/packages/@mine/shout/versions/1.0.0/yank', weak)).toMatchObject({ status: 403 })
      expect(await post('@mine/nothing/versions/1.0.0/yank')).toMatchObject({ status: 404 })
      expect(await post('@mine/shout/versions/3.0.0/yank')).toMatchObject({ status: 404 })
    })
  })
}
