import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { limitFetch, permittedHosts } from './limited-fetch.js'
import type { Fetch } from './services.js'

interface Seen {
  readonly method: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A real server; one process under two names, `127.0.0.1` and `localhost`, is two hosts to a client. */
async function serve(respond: RequestListener): Promise<{ port: number; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    void readText(request).then((body) => {
      seen.push({ method: request.method, headers: request.headers, body })
      respond(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  )
  return { port: (server.address() as AddressInfo).port, seen }
}

/** Answers `/from` with a redirect, anything else with its path. */
function redirecting(status: number, location: () => string): RequestListener {
  return (request, response) => {
    if (request.url === '/from') response.writeHead(status, { location: location() }).end('moved')
    else response.end(`at ${request.url}`)
  }
}

const limited = (...hosts: string[]): Fetch => limitFetch('say', hosts, globalThis.fetch)
const denied = (host: string): object => ({ code: 'PLUGIN_PERMISSION_DENIED', message: `say may not reach ${host}.` })

describe('a host is reached', () => {
  test.each([
    ['by its name', '127.0.0.1'],
    ['by *', '*'],
  ])('%s', async (_how, host) => {
    const { port } = await serve((_request, response) => response.end('hello'))
    const response = await limited(host)(`http://127.0.0.1:${port}/`)
    expect(await response.text()).toBe('hello')
  })

  test('with the method, headers and body given', async () => {
    const { port, seen } = await serve((_request, response) => response.end())
    await limited('127.0.0.1')(`http://127.0.0.1:${port}/`, { method: 'POST', headers: { 'x-api-key': 'k' }, body: 'payload' })
    expect(seen).toMatchObject([{ method: 'POST', headers: { 'x-api-key': 'k' }, body: 'payload' }])
  })

  test('with a Request as well', async () => {
    const { port, seen } = await serve((_request, response) => response.end())
    await limited('127.0.0.1')(new Request(`http://127.0.0.1:${port}/`, { method: 'PUT', headers: { 'x-one': '1' }, body: 'payload' }))
    expect(seen).toMatchObject([{ method: 'PUT', headers: { 'x-one': '1' }, body: 'payload' }])
  })
})

describe('a host is refused before anything is sent', () => {
  test('when nothing names it', async () => {
    const { port, seen } = await serve((_request, response) => response.end())
    await expect(limited('api.example.com')(`http://127.0.0.1:${port}/`)).rejects.toMatchObject(denied('127.0.0.1'))
    expect(seen).toEqual([])
  })

  test.each([
    ['example.com', '*.example.com'],
    ['notexample.com', '*.example.com'],
    ['example.com.attacker.test', 'example.com'],
    ['sub.example.com', 'example.com'],
  ])('%s under %s', async (host, pattern) => {
    await expect(limited(pattern)(`https://${host}/`)).rejects.toMatchObject(denied(host))
  })

  test('when the name only stands where the credentials do', async () => {
    await expect(limited('api.example.com')('https://api.example.com@attacker.test/')).rejects.toMatchObject(denied('attacker.test'))
  })

  test.each(['data:text/plain,hello', 'file:///etc/passwd', 'blob:nodedata:1'])('for the address %s', async (url) => {
    await expect(limited('*')(url)).rejects.toMatchObject({ code: 'PLUGIN_PERMISSION_DENIED' })
  })
})

test('a suffix permits what lies under it', async () => {
  const answering: Fetch = async () => new Response('reached')
  const fetch = limitFetch('say', ['*.example.com'], answering)
  expect(await (await fetch('https://eu.api.example.com/')).text()).toBe('reached')
})

describe('a redirect', () => {
  test('within what is permitted is followed', async () => {
    const { port } = await serve(redirecting(302, () => '/to'))
    const response = await limited('127.0.0.1')(`http://127.0.0.1:${port}/from`)
    expect(await response.text()).toBe('at /to')
  })

  test('to another host is refused without asking that host', async () => {
    const other = await serve((_request, response) => response.end())
    const { port } = await serve(redirecting(302, () => `http://localhost:${other.port}/`))
    await expect(limited('127.0.0.1')(`http://127.0.0.1:${port}/from`)).rejects.toMatchObject(denied('localhost'))
    expect(other.seen).toEqual([])
  })

  test('to another permitted host leaves credentials behind', async () => {
    const other = await serve((_request, response) => response.end('there'))
    const { port } = await serve(redirecting(307, () => `http://localhost:${other.port}/`))
    const headers = { authorization: 'Bearer key', 'x-goog-api-key': 'key', cookie: 'a=b', accept: 'text/plain' }
    const response = await limited('127.0.0.1', 'localhost')(`http://127.0.0.1:${port}/from`, { headers })
    expect(await response.text()).toBe('there')
    expect(other.seen[0]?.headers).toMatchObject({ accept: 'text/plain' })
    expect(Object.keys(other.seen[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['authorization']))
    expect(JSON.stringify(other.seen)).not.toContain('key')
  })

  test('on the same host keeps them', async () => {
    const { port, seen } = await serve(redirecting(302, () => '/to'))
    await limited('127.0.0.1')(`http://127.0.0.1:${port}/from`, { headers: { authorization: 'Bearer key' } })
    expect(seen[1]?.headers.authorization).toBe('Bearer key')
  })

  test.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', 'payload'],
    [308, 'PUT', 'PUT', 'payload'],
  ])('%i of a %s goes on as a %s', async (status, method, after, body) => {
    const { port, seen } = await serve(redirecting(status, () => '/to'))
    await limited('127.0.0.1')(`http://127.0.0.1:${port}/from`, { method, body: 'payload', headers: { 'content-type': 'text/plain' } })
    expect(seen[1]).toMatchObject({ method: after, body })
    expect(seen[1]?.headers['content-type']).toBe(body === '' ? undefined : 'text/plain')
  })

  test('of a stream, which cannot be sent twice, fails like a broken connection', async () => {
    const { port } = await serve(redirecting(307, () => '/to'))
    const request = new Request(`http://127.0.0.1:${port}/from`, { method: 'POST', body: 'payload' })
    await expect(limited('127.0.0.1')(request)).rejects.toThrow(TypeError)
  })

  test('in a circle ends', async () => {
    const { port, seen } = await serve(redirecting(302, () => '/from'))
    await expect(limited('127.0.0.1')(`http://127.0.0.1:${port}/from`)).rejects.toThrow('fetch failed')
    expect(seen).toHaveLength(21)
  })

  test('is handed to a caller who wants to see it', async () => {
    const { port } = await serve(redirecting(302, () => 'http://localhost/'))
    const response = await limited('127.0.0.1')(`http://127.0.0.1:${port}/from`, { redirect: 'manual' })
    expect(response.status).toBe(302)
  })
})

test('an abort ends the request', async () => {
  const { port } = await serve(() => {})
  const controller = new AbortController()
  const request = limited('127.0.0.1')(`http://127.0.0.1:${port}/`, { signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(request).rejects.toThrow('enough')
})

test('hosts come from the manifest and from the URLs of the configuration', () => {
  const config = {
    baseUrl: 'https://Models.Example.com:8443/v1',
    mirrors: ['http://a.test', 'not a url', 7],
    endpoints: { x: { url: 'http://b.test/' } },
  }
  const network = ['API.example.com', '*.cdn.test', 'config:baseUrl', 'config:mirrors', 'config:endpoints.*.url', 'config:absent.deep']
  expect(permittedHosts(network, config)).toEqual(['api.example.com', '*.cdn.test', 'models.example.com', 'a.test', 'b.test'])
  expect(permittedHosts(['config:baseUrl', 'config:constructor'], undefined)).toEqual([])
})
