import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockFolder } from './database/lock-folder.js'
import { openDatabase } from './database/open-database.js'
import { templateSubmission } from './fixtures/submissions.js'
import { serveRegistry, type ServedRegistry } from './serve-registry.js'
import { makeAdministratorToken } from './tokens/make-administrator-token.js'

const setUpMs = 120_000

describe('a served registry', () => {
  let folder: string
  let served: ServedRegistry
  let token: string
  const serve = () => serveRegistry({ host: '127.0.0.1', port: 0, dataDirectory: folder })
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pipewright-served-'))
    token = await makeAdministratorToken({ dataDirectory: folder }, 'root')
    served = await serve()
  }, setUpMs)
  afterAll(async () => {
    await served.close()
    await rm(folder, { recursive: true, force: true })
  })
  const put = (path: string, body: string | ReadableStream, headers: Record<string, string> = {}) =>
    fetch(`${served.url}/v1/packages/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      duplex: 'half',
    } as RequestInit)
  const authorization = () => ({ authorization: `Bearer ${token}` })

  it('takes what is published and gives it out again', async () => {
    const submission = templateSubmission({ name: '@real/shout' })
    expect((await put('@real/shout/versions/1.0.0', JSON.stringify(submission), authorization())).status).toBe(201)
    const file = await fetch(`${served.url}/v1/packages/@real%2Fshout/versions/1.0.0/files/pipeline.yaml`)
    expect(await file.text()).toBe(submission.files[0]?.content)
  })

  it('refuses bodies that are too large before it has them all, with a length or without', async () => {
    const large = ' '.repeat(12 * 1024 * 1024)
    const answers = await Promise.all([
      put('@real/large/versions/1.0.0', large, authorization()),
      put('@real/large/versions/1.0.0', new Blob([large]).stream(), authorization()),
    ])
    expect(answers.map(({ status }) => status)).toEqual([413, 413])
    expect((await put('@real/large/versions/1.0.0', large)).status).toBe(401)
  })

  it('answers a second process with whose the folder is', async () => {
    await expect(serve()).rejects.toMatchObject({
      code: 'STATE_UNWRITABLE',
      message: expect.stringContaining(`process ${process.pid}`) as string,
    })
  })

  it('takes a token that is made while it runs', async () => {
    const fresh = await makeAdministratorToken({ dataDirectory: folder }, 'later')
    const me = await fetch(`${served.url}/v1/me`, { headers: { authorization: `Bearer ${fresh}` } })
    expect(await me.json()).toMatchObject({ name: 'later', scopes: ['admin'] })
  })

  it(
    'lets a request that is at work finish before it closes, and takes no other',
    async () => {
      const { hostname, port } = new URL(served.url)
      const body = JSON.stringify(templateSubmission({ name: '@real/late' }))
      const late = request({
        hostname,
        port,
        method: 'PUT',
        path: '/v1/packages/@real/late/versions/1.0.0',
        headers: { ...authorization(), 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      })
      const answer = once(late, 'response')
      late.write(body.slice(0, 10))
      await (await fetch(`${served.url}/v1/health`)).text()
      const closing = served.close()
      const refused = connect(Number(port), hostname)
      await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      late.end(body.slice(10))
      const [response] = (await answer) as [{ statusCode: number; resume(): void }]
      response.resume()
      expect(response.statusCode).toBe(201)
      await closing
      served = await serve()
      expect((await fetch(`${served.url}/v1/packages/@real/late`)).status).toBe(200)
    },
    setUpMs,
  )

  it(
    'opens a folder again whose process was killed, and says when it cannot listen',
    async () => {
      const other = await mkdtemp(join(tmpdir(), 'pipewright-served-'))
      const holder = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', 'hold-database.mjs'), other], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(holder.stdout, 'data')
      await expect(openDatabase({ dataDirectory: other })).rejects.toMatchObject({
        message: expect.stringContaining(`process ${holder.pid}`) as string,
      })
      holder.kill('SIGKILL')
      await once(holder, 'exit')
      // The port is taken, and the folder must be free again afterwards.
      const { port } = new URL(served.url)
      const second = serveRegistry({ host: '127.0.0.1', port: Number(port), dataDirectory: other })
      await expect(second).rejects.toMatchObject({ code: 'USAGE', hint: expect.stringContaining('--port') as string })
      const unlock = await lockFolder(other)
      unlock()
      await rm(other, { recursive: true, force: true })
    },
    setUpMs,
  )
})
