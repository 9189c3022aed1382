import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { ModelRequest, Provider } from '../points/provider.js'
import { askProvider, callContext, failedCall } from './ask-provider.js'
import type { WireReply, WireServer } from './wire-server.js'

export interface TestHttpProviderOptions {
  readonly name: string
  /** Makes the provider with a stand-in for its API, both gone when the test ends. */
  readonly open: (
    reply: WireReply,
    settings: { readonly timeoutMs?: number; readonly key?: string | undefined },
  ) => Promise<{ readonly server: WireServer; readonly provider: Provider }>
  readonly request: ModelRequest
  /** The environment variable that holds the key. Absent: it needs none. */
  readonly keyVariable?: string
  /** Refuses as the API does when it is asked too often. */
  readonly rateLimited: (headers: Readonly<Record<string, string>>) => WireReply
  /** A first piece of text, then nothing more. */
  readonly answersSlowly: WireReply
}

const key = 'sk-test-0a1b2c3d4e5f'
const gone = { timeout: 10_000, interval: 10 }

/** What goes wrong between any provider and its API over HTTP, beside what `testProvider` tests. Call it at the top of a test file. */
export function testHttpProvider({ name, open, request, keyVariable, ...replies }: TestHttpProviderOptions): void {
  describe(`provider over HTTP: ${name}`, () => {
    test('passes on when to come back, in seconds or as a date', async () => {
      const soon = await open(replies.rateLimited({ 'retry-after': '7' }), { key })
      expect(await failedCall(soon.provider, request)).toMatchObject({ code: 'PROVIDER_RATE_LIMITED', retryAfterMs: 7_000 })
      const hour = 3_600_000
      const later = await open(replies.rateLimited({ 'retry-after': new Date(Date.now() + hour).toUTCString() }), { key })
      const { retryAfterMs = 0 } = await failedCall(later.provider, request)
      expect(retryAfterMs).toBeGreaterThan(hour / 2)
      expect(retryAfterMs).toBeLessThanOrEqual(hour)
    })

    test('tries nothing again by itself: the engine does that, within the budget', async () => {
      const { server, provider } = await open((response) => void response.writeHead(500).end(), { key })
      expect(await failedCall(provider, request)).toMatchObject({ code: 'PROVIDER_OVERLOADED', retryable: true })
      expect(server.requests).toHaveLength(1)
    })

    test.each([
      [502, 'text/html', `<html><body>Bad gateway: ${key}</body></html>`, 'PROVIDER_OVERLOADED'],
      [400, 'application/json', '{"error": {"mess', 'PROVIDER_INVALID_REQUEST'],
      [200, 'text/html', '<html>Log in to the network</html>', 'PROVIDER_BAD_RESPONSE'],
      [200, 'application/json', '{}', 'PROVIDER_BAD_RESPONSE'],
      [200, 'text/event-stream', '', 'PROVIDER_BAD_RESPONSE'],
    ])('understands that %i %s %j is not an answer, and does not repeat it', async (status, type, body, code) => {
      const { provider } = await open((response) => void response.writeHead(status, { 'content-type': type }).end(body), { key })
      const error = await failedCall(provider, request)
      expect(error.code).toBe(code)
      expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/html|sk-test/)
    })

    test('gives up a server that never answers, and closes the connection', async () => {
      const { server, provider } = await open(() => undefined, { key, timeoutMs: 150 })
      expect(await failedCall(provider, request)).toMatchObject({ code: 'PROVIDER_TIMEOUT', retryable: true })
      await expect.poll(() => server.openCalls(), gone).toBe(0)
    })

    test('closes the connection of an answer that nobody wants any more', async () => {
      const { server, provider } = await open(replies.answersSlowly, { key })
      const controller = new AbortController()
      const reason = new Error('no longer needed')
      const read = async (): Promise<void> => {
        for await (const chunk of provider.generate(request, callContext(controller.signal))) {
          if (chunk.type === 'text') controller.abort(reason)
        }
      }
      await expect(read()).rejects.toBe(reason)
      await expect.poll(() => server.openCalls(), gone).toBe(0)
    })

    if (keyVariable !== undefined) testKey({ open, request, keyVariable, ...replies })
  })
}

function testKey({
  open,
  request,
  keyVariable,
  ...replies
}: Omit<TestHttpProviderOptions, 'name'> & { readonly keyVariable: string }): void {
  test.each([undefined, '', '  ', `${key}\n${key}`])('names the variable of a key that is %j, and sends nothing', async (broken) => {
    const { server, provider } = await open(replies.answersSlowly, { key: broken })
    const error = await failedCall(provider, request)
    expect(error).toMatchObject({ code: 'PROVIDER_AUTH', message: expect.stringContaining(keyVariable) })
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(key)
    expect(server.requests).toEqual([])
  })

  test('does not mind white space around a key', async () => {
    const { server, provider } = await open(replies.rateLimited({}), { key: ` ${key}\n` })
    await expect(askProvider(provider, request)).rejects.toMatchObject({ code: 'PROVIDER_RATE_LIMITED' })
    expect(Object.values(server.requests[0]?.headers ?? {}).some((value) => value?.endsWith(key))).toBe(true)
  })
}
