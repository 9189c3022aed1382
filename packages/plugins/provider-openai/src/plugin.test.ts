import { fileURLToPath } from 'node:url'
import { createPluginHost, silentLogger, systemClock, type PluginHost } from '@pipewright/kernel'
import { askProvider, failedCall, standIn } from '@pipewright/kernel/conformance'
import { afterEach, describe, expect, it } from 'vitest'
import { answer } from './fixtures/chat-api.js'
import * as responses from './fixtures/responses-api.js'
import { question } from './fixtures/question.js'

const directory = fileURLToPath(new URL('..', import.meta.url))
let host: PluginHost | undefined

/** The plugin as it is built, started as the command line starts it, with what `providers:` says in pipewright.yaml. */
async function start(config: object, environment: Readonly<Record<string, string>> = {}): Promise<PluginHost> {
  const services = { clock: systemClock, random: Math.random, fetch, logger: silentLogger, environment }
  host = await createPluginHost({ sources: [{ directory, origin: 'built-in', config }], services })
  return host
}

async function provider(started: PluginHost, id: string) {
  const found = await started.get('provider', id)
  if (found === undefined) throw new Error(`There is no provider ${id}.`)
  return found
}

afterEach(() => host?.dispose())

describe('the plugin', () => {
  it('reaches the addresses and reads the variables that are configured', async () => {
    const server = await standIn(answer(['Hello']))
    const config = { 'openai-compatible': { baseUrl: server.url, apiKeyEnvironment: 'OUR_KEY' } }
    const started = await start(config, { OUR_KEY: 'a-key-of-ours' })
    const { response } = await askProvider(await provider(started, 'openai-compatible'), question('Hello'))
    expect(response.text).toBe('Hello')
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer a-key-of-ours' })
  })

  it('may not reach anything else, wherever an API sends it', async () => {
    const elsewhere = await standIn(responses.answer(['Hello']))
    const { port } = new URL(elsewhere.url)
    // The same machine by another name, which the configuration does not give.
    const server = await standIn(
      (response) => void response.writeHead(307, { location: `http://[::ffff:127.0.0.1]:${port}/v1/responses` }).end(),
    )
    const started = await start({ openai: { baseUrl: server.url } }, { OPENAI_API_KEY: 'a-key' })
    expect(await failedCall(await provider(started, 'openai'), question('Hello'))).toMatchObject({ code: 'PLUGIN_PERMISSION_DENIED' })
    expect(elsewhere.requests).toEqual([])
  })

  it.each([
    [{ openai: { baseUrl: 'file:///etc/passwd' } }, 'openai.baseUrl'],
    [{ ollama: { apiKey: 'sk-1' } }, 'ollama'],
    [{ vllm: { schema: 'maybe' } }, 'vllm.schema'],
    [{ openai: { timeoutMs: 1 } }, 'openai.timeoutMs'],
  ])('refuses the configuration %j', async (config, place) => {
    const started = await start(config)
    await expect(started.get('provider', 'openai')).rejects.toMatchObject({
      code: 'PLUGIN_CONFIG_INVALID',
      message: expect.stringContaining(place),
    })
  })

  it.each([
    ['openai', { hardCap: true, anyModel: false, pricing: 'listed' }],
    ['ollama', { hardCap: true, anyModel: true, pricing: 'free' }],
    ['vllm', { hardCap: true, anyModel: true, pricing: 'free' }],
    ['lmstudio', { hardCap: true, anyModel: true, pricing: 'free' }],
    ['openrouter', { hardCap: false, anyModel: false, pricing: 'listed' }],
    ['openai-compatible', { hardCap: false, anyModel: true, pricing: 'free' }],
  ])('says of %s what it can promise, without running code', async (id, promised) => {
    expect(await (await start({})).describe('provider', id)).toMatchObject({ id, origin: 'real', ...promised })
  })
})
