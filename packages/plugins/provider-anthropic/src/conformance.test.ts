import { systemClock, type ProviderCapabilities } from '@pipewright/kernel'
import {
  standIn,
  startWireServer,
  testHttpProvider,
  testProvider,
  type ProviderScenario,
  type WireReply,
} from '@pipewright/kernel/conformance'
import { expect, test } from 'vitest'
import { anthropicConfigSchema } from './anthropic-config.js'
import { createAnthropicProvider } from './anthropic-provider.js'
import * as wire from './fixtures/messages-api.js'

const replies: Readonly<Record<ProviderScenario, WireReply>> = {
  answers: wire.answer(['A giraffe', ' is', ' tall.']),
  'answers-at-length': (response, request) => {
    const { max_tokens: outputTokens } = request.body as { max_tokens: number }
    return wire.answer(['One two', ' three'], { stopReason: 'max_tokens', outputTokens })(response, request)
  },
  'calls-a-tool': wire.callTool(['{"wo', 'rd": "gir', 'affe"}']),
  'fits-a-schema': wire.answer(['{"wo', 'rd":"giraffe"}']),
  'answers-slowly': wire.answerSlowly,
  'is-silent': wire.keepSilent,
  filters: wire.answer(['I'], { stopReason: 'refusal' }),
  'is-cut-off': wire.cutOff,
  'is-malformed': wire.garble,
  'is-unreachable': wire.keepSilent,
  'is-rate-limited': wire.refuse(429, 'rate_limit_error', 'Number of requests has exceeded your rate limit', { 'retry-after': '2' }),
  'is-overloaded': wire.refuse(529, 'overloaded_error', 'Overloaded'),
  'times-out': wire.refuse(504, 'timeout_error', 'Request timed out'),
  'refuses-the-key': wire.refuse(401, 'authentication_error', 'invalid x-api-key'),
  'refuses-the-request': wire.refuse(400, 'invalid_request_error', 'messages.0: something is wrong'),
  'finds-it-too-long': wire.refuse(400, 'invalid_request_error', 'prompt is too long: 215000 tokens > 200000 maximum'),
}

testProvider({
  name: 'anthropic',
  // The stand-in reports 1,200 tokens of input, so the request has to be as long as that.
  request: { model: 'claude-haiku-4-5', system: 'You are brief. '.repeat(100) },
  create: async (scenario, { secret }) => {
    const server = await startWireServer(replies[scenario])
    if (scenario === 'is-unreachable') await server.close()
    const config = anthropicConfigSchema.parse({ baseUrl: server.url })
    const services = { clock: systemClock, fetch, secret: (name: string) => (name === 'ANTHROPIC_API_KEY' ? secret : undefined) }
    return {
      provider: createAnthropicProvider(config, services),
      openCalls: server.openCalls,
      dispose: () => (scenario === 'is-unreachable' ? undefined : server.close()),
    }
  },
})

testHttpProvider({
  name: 'anthropic',
  open: async (reply, { key, ...settings }) => {
    const server = await standIn(reply)
    const services = { clock: systemClock, fetch, secret: (name: string) => (name === 'ANTHROPIC_API_KEY' ? key : undefined) }
    return { server, provider: createAnthropicProvider(anthropicConfigSchema.parse({ baseUrl: server.url, ...settings }), services) }
  },
  request: { model: 'claude-haiku-4-5', messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }], maxOutputTokens: 100 },
  keyVariable: 'ANTHROPIC_API_KEY',
  rateLimited: (headers) => wire.refuse(429, 'rate_limit_error', 'Slow down', headers),
  answersSlowly: wire.answerSlowly,
})

test('declares everything that the API can', () => {
  const services = { clock: systemClock, fetch, secret: () => undefined }
  const all: ProviderCapabilities = { tools: true, images: true, documents: true, outputSchema: true }
  expect(createAnthropicProvider(anthropicConfigSchema.parse({}), services)).toMatchObject({
    capabilities: all,
    hardCap: true,
    origin: 'real',
  })
})
