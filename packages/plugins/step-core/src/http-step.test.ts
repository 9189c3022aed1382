import { createStepContext, testStep, type StepContextOptions } from '@pipewright/kernel/conformance'
import { PipewrightError, type FileValue } from '@pipewright/kernel'
import type { z } from 'zod'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { startWebService } from './fixtures/web-service.js'
import { createGuardedFetch, isPublicAddress } from './guarded-fetch.js'
import { createHttpStep } from './http-step.js'

/** May reach this machine, and nothing else. */
const local = createGuardedFetch((address) => address === '127.0.0.1')
afterAll(local.close)
const step = createHttpStep(local.fetch)

/** A service without a network, for the kit: its examples are fixed before a server could listen. */
const echo = createHttpStep(async (url) => Response.json({ url: url instanceof Request ? url.url : url.toString() }))

testStep(echo, {
  examples: [
    { name: 'GET', input: { url: 'https://example.com/a', query: { q: 'x y', n: 1 } } },
    { name: 'POST', input: { url: 'https://example.com/a', method: 'POST', body: { a: 1 } } },
    { name: 'a file', input: { url: 'https://example.com/a', format: 'file' } },
  ],
  refused: [
    {},
    { url: 'ftp://example.com' },
    { url: 'file:///etc/passwd' },
    { url: 'example.com' },
    { url: 'https://example.com', method: 'TRACE' },
  ],
})

async function call(
  input: z.input<typeof step.input>,
  { with: http = step, overrides = {} }: { with?: typeof step; overrides?: StepContextOptions['overrides'] & object } = {},
): ReturnType<typeof step.run> {
  const { context } = await createStepContext({ overrides })
  return http.run(http.input.parse(input), context)
}

describe('a call', () => {
  test('sends what the pipeline says, and gives the answer as data', async () => {
    const service = await startWebService((request, response) => {
      response
        .writeHead(201, { 'content-type': 'application/json; charset=utf-8', 'x-count': '2' })
        .end(JSON.stringify({ got: JSON.parse(request.body) }))
    })
    const answer = await call({
      url: `${service.url}/v1/things?a=1`,
      method: 'POST',
      query: { b: 'x y&z', c: true },
      headers: { 'X-Key': 'k' },
      body: { ä: [1] },
    })
    expect(answer).toMatchObject({ status: 201, headers: { 'x-count': '2' }, content: { got: { ä: [1] } } })
    expect(service.requests).toMatchObject([
      { line: 'POST /v1/things?a=1&b=x+y%26z&c=true', headers: { 'x-key': 'k', 'content-type': 'application/json' } },
    ])
  })

  test.each([
    ['text/plain', Buffer.from('hi'), 'auto', 'hi'],
    ['text/plain; charset=iso-8859-1', Buffer.from('café', 'latin1'), 'auto', 'café'],
    ['application/problem+json', Buffer.from('{"a":1}'), 'auto', { a: 1 }],
    ['text/plain', Buffer.from('{"a":1}'), 'json', { a: 1 }],
    ['application/json', Buffer.from('{"a":1}'), 'text', '{"a":1}'],
    ['application/json', Buffer.from(''), 'auto', ''],
    ['image/png', Buffer.from([137, 80]), 'base64', 'iVA='],
  ] as const)('reads %s (%j) as %s', async (type, body, format, expected) => {
    const service = await startWebService((_request, response) => void response.writeHead(200, { 'content-type': type }).end(body))
    expect((await call({ url: service.url, format })).content).toEqual(expected)
  })

  test.each([
    ['application/json', '{"a":', /not JSON/],
    ['image/png', Buffer.from([137, 255, 0]), /not text in utf-8/],
  ])('says that %s is not what it says', async (type, body, message) => {
    const service = await startWebService((_request, response) => void response.writeHead(200, { 'content-type': type }).end(body))
    await expect(call({ url: service.url })).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: expect.stringMatching(message) as string,
    })
  })

  test('reads no more than it may', async () => {
    const service = await startWebService((_request, response) => {
      response.writeHead(200)
      const more = (): void => void response.write('x'.repeat(10_000), () => response.destroyed || setImmediate(more))
      more()
    })
    await expect(call({ url: service.url, max_bytes: 50_000 })).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
  })

  test('ends when its run ends', async () => {
    const stop = new AbortController()
    const service = await startWebService(() => stop.abort(new Error('cancelled')))
    await expect(call({ url: service.url }, { overrides: { signal: stop.signal } })).rejects.toThrow('cancelled')
  })

  test.each([
    [{ url: 'https://user:hunter2@example.com/' }, 'user name or password'],
    [{ url: 'https://example.com/', body: 'x' }, 'GET request has no body'],
  ])('that cannot be made is not made: %j', async (input, message) => {
    const failure: unknown = await call(input).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'STEP_INPUT_INVALID' })
    expect((failure as Error).message).toContain(message)
    expect((failure as Error).message).not.toContain('hunter2')
  })
})

describe('a request that changes something', () => {
  const keyOf = async (input: object, idempotencyKey = 'run-test/step'): Promise<unknown> => {
    const service = await startWebService((_request, response) => void response.end())
    await call({ url: service.url, ...input }, { overrides: { idempotencyKey } })
    return service.requests[0]?.headers['idempotency-key']
  }

  test.each([
    ['POST', 'run-test/step'],
    ['PUT', 'run-test/step'],
    ['PATCH', 'run-test/step'],
    ['DELETE', 'run-test/step'],
    ['GET', undefined],
    ['HEAD', undefined],
  ] as const)('can be recognised when it comes again: %s', async (method, expected) => {
    expect(await keyOf({ method })).toBe(expected)
  })

  test('is recognised by the key that the pipeline gives, where it gives one', async () => {
    expect(await keyOf({ method: 'POST', headers: { 'Idempotency-KEY': 'mine' } })).toBe('mine')
  })

  test('has a key that a header can hold, the same for the same', async () => {
    const [first, again, other] = await Promise.all(
      ['Bestellung für Ada', 'Bestellung für Ada', 'a\nb'].map((key) => keyOf({ method: 'POST' }, key)),
    )
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })
})

describe('an answer as a file', () => {
  const name = async (path: string, headers: Record<string, string>): Promise<unknown> => {
    const service = await startWebService((_request, response) => void response.writeHead(200, headers).end(new Uint8Array([0, 255])))
    return (await call({ url: `${service.url}${path}`, format: 'file' })).content
  }

  test('is stored under its content, and can be read', async () => {
    const service = await startWebService(
      (_request, response) => void response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF'),
    )
    const { context } = await createStepContext()
    const { content } = await step.run(step.input.parse({ url: `${service.url}/files/report.pdf?key=k`, format: 'file' }), context)
    expect(content).toMatchObject({ name: 'report.pdf', mediaType: 'application/pdf', bytes: 4 })
    expect(Buffer.from((await context.files.read(content as FileValue)).bytes).toString()).toBe('%PDF')
  })

  test.each([
    ['/a%20b.png', {}, 'a b.png', 'application/octet-stream'],
    ['/export', { 'content-type': 'text/csv; charset=utf-8' }, 'export.csv', 'text/csv'],
    ['/', { 'content-type': 'image/png' }, '127.0.0.1.png', 'image/png'],
    ['/x', { 'content-disposition': 'attachment; filename="Q3 report.pdf"' }, 'Q3 report.pdf', 'application/octet-stream'],
    ['/x', { 'content-disposition': "attachment; filename=a.txt; filename*=UTF-8''%C3%A4.txt" }, 'ä.txt', 'application/octet-stream'],
    ['/x', { 'content-disposition': 'attachment; filename="../../etc/passwd"' }, 'passwd', 'application/octet-stream'],
    ['/x', { 'content-disposition': 'attachment; filename="..\\.."' }, '127.0.0.1', 'application/octet-stream'],
    ['/%E0%A4%A', {}, '%E0%A4%A', 'application/octet-stream'],
  ])('has a name without folders: %s, %j', async (path, headers, expected, mediaType) => {
    expect(await name(path, headers)).toMatchObject({ name: expected, mediaType })
  })
})

describe('an answer that is an error', () => {
  test.each([
    [404, false],
    [429, true],
    [503, true],
  ])('%i', async (status, retryable) => {
    const service = await startWebService(
      (_request, response) => void response.writeHead(status, { 'retry-after': '7' }).end('no such thing'),
    )
    await expect(call({ url: `${service.url}/a?key=secret` })).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: `${service.url}/a answered ${status}.`,
      hint: 'It said: no such thing',
      retryable,
      retryAfterMs: 7000,
    })
  })

  test('is an answer when it is expected', async () => {
    const service = await startWebService((_request, response) => void response.writeHead(404).end('none'))
    expect(await call({ url: service.url, expect: [200, 404] })).toMatchObject({ status: 404, content: 'none' })
  })

  test('does not bring back the keys that were sent', async () => {
    const service = await startWebService(
      (request, response) => void response.writeHead(401).end(`${request.headers.authorization} ${request.path}`),
    )
    const failure: unknown = await call({
      url: service.url,
      headers: { Authorization: 'Bearer sk-123456' },
      query: { key: 'abcdefgh' },
    }).catch((error: unknown) => error)
    expect(PipewrightError.isInstance(failure) && failure.hint).toContain('It said')
    expect(JSON.stringify(failure)).not.toMatch(/sk-123456|abcdefgh/)
  })

  test('by which nobody answers can be tried again', async () => {
    const { url } = await startWebService((_request, response) => void response.socket?.destroy())
    await expect(call({ url })).rejects.toMatchObject({ code: 'STEP_FAILED', retryable: true })
  })
})

describe('redirects', () => {
  test('are followed, with the headers only to the same origin', async () => {
    const other = await startWebService((_request, response) => void response.end('here'))
    const service = await startWebService((request, response) => {
      const location = request.path === '/a' ? '/b' : `${other.url}/c`
      response.writeHead(302, { location }).end()
    })
    expect((await call({ url: `${service.url}/a`, headers: { 'X-Api-Key': 'k', Accept: 'text/plain' } })).content).toBe('here')
    expect(service.requests.map(({ line, headers }) => [line, headers['x-api-key']])).toEqual([
      ['GET /a', 'k'],
      ['GET /b', 'k'],
    ])
    expect(other.requests[0]?.headers).toMatchObject({ accept: 'text/plain' })
    expect(other.requests[0]?.headers).not.toHaveProperty('x-api-key')
  })

  test('are not followed round in circles, nor out of the web', async () => {
    const circle = await startWebService((_request, response) => void response.writeHead(302, { location: '/' }).end())
    await expect(call({ url: circle.url })).rejects.toThrow('more than 5 times')
    expect(circle.requests).toHaveLength(6)
    const file = await startWebService((_request, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end())
    await expect(call({ url: file.url })).rejects.toThrow('not on the web')
  })

  test('of a POST are its answer', async () => {
    const service = await startWebService((_request, response) => void response.writeHead(307, { location: '/b' }).end())
    await expect(call({ url: service.url, method: 'POST', body: 'x' })).rejects.toThrow('answered 307, a redirect')
    expect(service.requests).toHaveLength(1)
    expect((await call({ url: service.url, method: 'POST', body: 'x', expect: [307] })).headers['location']).toBe('/b')
  })
})

describe('addresses that are not public', () => {
  test.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '0.0.0.0'])(
    '%s is not sent anything',
    async (host) => {
      const guarded = createGuardedFetch()
      onTestFinished(guarded.close)
      const service = await startWebService((_request, response) => void response.end('internal'), host.includes('::1') ? '::' : '0.0.0.0')
      await expect(call({ url: `http://${host}:${service.port}/` }, { with: createHttpStep(guarded.fetch) })).rejects.toMatchObject({
        code: 'PLUGIN_PERMISSION_DENIED',
        hint: expect.stringContaining('allow_private') as string,
      })
      expect(service.requests).toEqual([])
    },
  )

  test('are not reached by a redirect either', async () => {
    const inner = await startWebService((_request, response) => void response.end('internal'), '127.0.0.2')
    const outer = await startWebService((_request, response) => void response.writeHead(302, { location: inner.url }).end())
    await expect(call({ url: outer.url })).rejects.toMatchObject({ code: 'PLUGIN_PERMISSION_DENIED' })
    expect(inner.requests).toEqual([])
  })

  test.each([
    ['8.8.8.8', true],
    ['2606:4700::1111', true],
    ['10.0.0.1', false],
    ['172.16.0.1', false],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['fe80::1', false],
    ['fc00::1', false],
    ['::ffff:10.0.0.1', false],
    ['64:ff9b::a00:1', false],
    ['2002:a00:1::', false],
    ['', false],
  ])('%s: %s', (address, expected) => {
    expect(isPublicAddress(address)).toBe(expected)
  })
})
