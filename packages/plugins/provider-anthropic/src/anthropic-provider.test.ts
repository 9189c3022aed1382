import { inspect } from 'node:util'
import { silentLogger, systemClock, type Message, type ModelRequest, type Provider } from '@pipewright/kernel'
import { askProvider, callContext, failedCall, standIn, type WireReply, type WireServer } from '@pipewright/kernel/conformance'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { anthropicConfigSchema } from './anthropic-config.js'
import { createAnthropicProvider } from './anthropic-provider.js'
import * as api from './fixtures/messages-api.js'

const key = 'sk-ant-api03-0a1b2c3d4e5f'

async function open(reply: WireReply, more: object = {}): Promise<{ server: WireServer; provider: Provider }> {
  const server = await standIn(reply)
  const config = anthropicConfigSchema.parse({ baseUrl: server.url, ...more })
  const secret = (name: string) => (name === config.apiKeyEnvironment ? key : undefined)
  return { server, provider: createAnthropicProvider(config, { clock: systemClock, fetch, secret }) }
}

function question(text: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { model: 'claude-haiku-4-5', messages: [{ role: 'user', content: [{ type: 'text', text }] }], maxOutputTokens: 500, ...more }
}

/** What was sent for a request. */
async function sent(request: ModelRequest): Promise<unknown> {
  const { server, provider } = await open(api.answer(['Hello']))
  await askProvider(provider, request)
  return server.requests[0]?.body
}

afterEach(() => vi.unstubAllEnvs())

describe('a request', () => {
  it('is the API’s: streamed and capped', async () => {
    expect(await sent(question('Hello', { system: 'You are brief.', maxOutputTokens: 321 }))).toEqual({
      model: 'claude-haiku-4-5',
      system: 'You are brief.',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
      max_tokens: 321,
      stream: true,
    })
  })

  it('leaves a temperature out, which the API refuses, and says so once', async () => {
    const { server, provider } = await open(api.answer(['Hello']))
    const warnings: string[] = []
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
    for (let time = 0; time < 2; time++) {
      for await (const _ of provider.generate(question('Hello', { temperature: 1 }), { ...callContext(), logger })) continue
    }
    expect(server.requests[0]?.body).not.toHaveProperty('temperature')
    expect(warnings).toEqual([expect.stringContaining('temperature')])
  })

  it('says who calls, and nothing that only the environment says', async () => {
    vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'x-gateway-password: hunter2')
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'a-token-of-the-environment')
    vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:9')
    const { server, provider } = await open(api.answer(['Hello']), { apiKeyEnvironment: 'OUR_KEY' })
    await askProvider(provider, question('Hello'))
    const { headers, path, method } = server.requests[0] ?? {}
    expect(`${method} ${path}`).toBe('POST /v1/messages')
    expect(headers).toMatchObject({ authorization: `Bearer ${key}`, 'anthropic-version': expect.stringMatching(/^[0-9-]{10}$/) })
    expect(headers).not.toHaveProperty('x-gateway-password')
  })

  it('gives images and documents as the API takes them', async () => {
    const content: Message['content'] = [
      { type: 'text', text: 'Compare.' },
      { type: 'image', mediaType: 'image/png', base64: 'iVBORw0KGgo=' },
      { type: 'document', mediaType: 'application/pdf', base64: 'JVBERi0xLjc=', name: 'report.pdf' },
      { type: 'document', mediaType: 'text/markdown', base64: Buffer.from('# Notes').toString('base64') },
    ]
    expect(await sent(question('', { messages: [{ role: 'user', content }] }))).toMatchObject({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Compare.' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
            { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjc=' }, title: 'report.pdf' },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: '# Notes' } },
          ],
        },
      ],
    })
  })

  it.each([
    ['image', 'image/tiff', 'image/webp'],
    ['document', 'application/zip', 'application/pdf'],
  ] as const)('refuses an %s of type %s before anything is sent', async (type, mediaType, hint) => {
    const { server, provider } = await open(api.answer(['Hello']))
    const messages: Message[] = [{ role: 'user', content: [{ type, mediaType, base64: 'AAAA' }] }]
    expect(await failedCall(provider, question('', { messages }))).toMatchObject({
      code: 'PROVIDER_INVALID_REQUEST',
      hint: expect.stringContaining(hint),
    })
    expect(server.requests).toEqual([])
  })
})

describe('tools', () => {
  const tools = [{ name: 'look_up', description: 'Looks a word up.', input: { properties: { word: { type: 'string' } } } }]

  it('are called with arguments that come in pieces, several at once', async () => {
    const { server, provider } = await open(api.callTool(['{"wo', 'rd":"gi', 'raffe"}'], ['{"word":', '"okapi"}'], []))
    const { response } = await askProvider(provider, question('What is a giraffe?', { tools }))
    expect(response).toMatchObject({
      text: 'I look it up.',
      finishReason: 'tool-calls',
      toolCalls: [
        { type: 'tool-call', id: 'toolu_1', tool: 'look_up', arguments: { word: 'giraffe' } },
        { type: 'tool-call', id: 'toolu_2', tool: 'look_up', arguments: { word: 'okapi' } },
        { type: 'tool-call', id: 'toolu_3', tool: 'look_up', arguments: {} },
      ],
    })
    expect(server.requests[0]?.body).toMatchObject({
      tools: [{ name: 'look_up', description: 'Looks a word up.', input_schema: { type: 'object', properties: { word: {} } } }],
    })
  })

  it('are called with arguments that come at once', async () => {
    const { provider } = await open(api.callToolAtOnce({ word: 'giraffe' }))
    const { response } = await askProvider(provider, question('What is a giraffe?', { tools }))
    expect(response.toolCalls).toMatchObject([{ tool: 'look_up', arguments: { word: 'giraffe' } }])
  })

  it('get their results back to the model, before anything else is said', async () => {
    const messages: Message[] = [
      { role: 'user', content: [{ type: 'text', text: 'What is a giraffe?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: '' },
          { type: 'tool-call', id: 'toolu_1', tool: 'look_up', arguments: { word: 'giraffe' } },
        ],
      },
      {
        role: 'tool',
        content: [
          { type: 'text', text: 'Go on.' },
          { type: 'tool-result', id: 'toolu_1', tool: 'look_up', content: 'It is missing.', isError: true },
        ],
      },
    ]
    expect(await sent(question('', { messages, tools }))).toMatchObject({
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'What is a giraffe?' }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look_up', input: { word: 'giraffe' } }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: 'It is missing.', is_error: true },
            { type: 'text', text: 'Go on.' },
          ],
        },
      ],
    })
  })

  it('are not called with arguments that the cap has cut', async () => {
    const { provider } = await open(api.cutCall(['{"word":"gir']))
    const { response } = await askProvider(provider, question('What is a giraffe?', { tools }))
    expect(response).toMatchObject({ finishReason: 'length', toolCalls: [] })
  })

  it('are not called with arguments that are not JSON', async () => {
    const { provider } = await open(api.callTool(['{"word": giraffe}']))
    expect(await failedCall(provider, question('What?', { tools }))).toMatchObject({ code: 'PROVIDER_BAD_RESPONSE', retryable: true })
  })
})

describe('an output schema', () => {
  it('is one that the API holds the model to; what it does not know becomes words', async () => {
    const { server, provider } = await open(api.answer(['{"word":', '"giraffe"}']))
    const outputSchema = { properties: { word: { type: 'string', minLength: 3 }, plural: { type: 'string' } }, required: ['word'] }
    const { pieces } = await askProvider(provider, question('A word', { outputSchema }))
    expect(pieces).toEqual(['{"word":', '"giraffe"}'])
    expect(server.requests[0]?.body).toMatchObject({
      output_config: {
        format: {
          type: 'json_schema',
          schema: {
            type: 'object',
            properties: { word: { type: 'string', description: '{minLength: 3}' }, plural: { type: 'string' } },
            required: ['word'],
            additionalProperties: false,
          },
        },
      },
    })
    expect(server.requests[0]?.body).not.toHaveProperty('system')
  })

  it('that the API does not take is told in words, and the JSON taken out of the answer', async () => {
    const { server, provider } = await open(api.answer(['Here it is:\n```json\n{ "de": "Giraffe" }\n', '```']))
    const outputSchema = { type: 'object', additionalProperties: { type: 'string' } }
    const { response, pieces } = await askProvider(provider, question('Translate', { system: 'You translate.', outputSchema }))
    expect(pieces).toEqual(['{"de":"Giraffe"}'])
    expect(response.text).toBe('{"de":"Giraffe"}')
    expect(server.requests[0]?.body).not.toHaveProperty('output_config')
    expect(server.requests[0]?.body).toMatchObject({ system: expect.stringMatching(/^You translate\.\n\n.*JSON Schema/s) })
  })

  it('that is told does not change an answer that the cap has cut', async () => {
    const { provider } = await open(api.answer(['[{"word":"giraffe"},{"wo'], { stopReason: 'max_tokens' }))
    const { response } = await askProvider(provider, question('Words', { outputSchema: { type: 'array', items: { type: 'object' } } }))
    expect(response).toMatchObject({ finishReason: 'length', text: '[{"word":"giraffe"},{"wo' })
  })
})

describe('an answer', () => {
  it('tells what went through the cache, as a part of the whole input', async () => {
    const { provider } = await open(api.answer(['Hello']))
    const { response } = await askProvider(provider, question('Hello'))
    expect(response).toMatchObject({ text: 'Hello', finishReason: 'stop', origin: 'real' })
    expect(response.usage).toEqual({ inputTokens: 1_200, outputTokens: 15, cachedInputTokens: 1_000, cacheWriteTokens: 50 })
  })

  it('without a cache tells of none', async () => {
    const told = { input_tokens: 20, cache_creation_input_tokens: 0, cache_read_input_tokens: null }
    const { provider } = await open(api.answer(['Hello'], { usage: told }))
    expect((await askProvider(provider, question('Hello'))).response.usage).toEqual({ inputTokens: 20, outputTokens: 15 })
  })

  it('does not say what was hidden reasoning, and counts it', async () => {
    const { provider } = await open(api.think(['Hello', ' there']))
    const { response, pieces } = await askProvider(provider, question('Hello'))
    expect(pieces).toEqual(['Hello', ' there'])
    expect(response.usage).toMatchObject({ outputTokens: 90, reasoningTokens: 60 })
  })

  it.each([
    ['refusal', 'filtered'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['stop_sequence', 'stop'],
    ['something_new', 'stop'],
  ])('that ends with %s is %s', async (stopReason, finishReason) => {
    const { provider } = await open(api.answer(['It'], { stopReason }))
    expect((await askProvider(provider, question('Hello'))).response).toMatchObject({ finishReason, text: 'It' })
  })
})

describe('the input', () => {
  const document: Message = { role: 'user', content: [{ type: 'document', mediaType: 'application/pdf', base64: 'JVBERi0xLjc=' }] }
  const counting: WireReply = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ input_tokens: 25_000 }))
  }

  it('is bounded by its bytes, without a call', async () => {
    const { server, provider } = await open(counting)
    expect(await provider.countInput?.(question('x'.repeat(1_000)), callContext())).toBeGreaterThanOrEqual(1_000)
    expect(server.requests).toEqual([])
  })

  it('is counted by the API when it holds documents, of which bytes say little', async () => {
    const { server, provider } = await open(counting)
    const counted = await provider.countInput?.(question('', { messages: [document], system: 'Sum up.' }), callContext())
    expect(counted).toBeGreaterThanOrEqual(25_000)
    expect(server.requests[0]).toMatchObject({
      path: '/v1/messages/count_tokens',
      body: { model: 'claude-haiku-4-5', system: 'Sum up.', messages: [{ role: 'user' }] },
    })
    expect(server.requests[0]?.body).not.toHaveProperty('max_tokens')
  })

  it('that cannot be counted is a failure before anything is reserved', async () => {
    const { provider } = await open(api.refuse(429, 'rate_limit_error', 'Slow down', { 'retry-after': '3' }))
    const counting = provider.countInput?.(question('', { messages: [document] }), callContext())
    await expect(counting).rejects.toMatchObject({ code: 'PROVIDER_RATE_LIMITED', retryAfterMs: 3_000 })
  })

  it('is never counted by the API when the configuration says so', async () => {
    const { server, provider } = await open(counting, { countTokens: false })
    await provider.countInput?.(question('', { messages: [document] }), callContext())
    expect(server.requests).toEqual([])
  })
})

describe('failures', () => {
  it.each([
    [api.refuse(500, 'api_error', 'Internal server error'), 'PROVIDER_OVERLOADED', true],
    [api.refuse(404, 'not_found_error', 'model: claude-nothing'), 'PROVIDER_INVALID_REQUEST', false],
    [api.refuse(400, 'invalid_request_error', 'Your credit balance is too low'), 'PROVIDER_AUTH', false],
    [api.refuse(413, 'request_too_large', 'Request exceeds the maximum size'), 'PROVIDER_CONTEXT_TOO_LONG', false],
    [api.failMidway('overloaded_error', 'Overloaded'), 'PROVIDER_OVERLOADED', true],
    [api.failMidway('rate_limit_error', 'Slow down'), 'PROVIDER_RATE_LIMITED', true],
    [api.failMidway('api_error', 'Internal server error'), 'PROVIDER_OVERLOADED', true],
    [api.failMidway('an_error_that_is_new', 'Something'), 'PROVIDER_BAD_RESPONSE', true],
    [api.endEarly, 'PROVIDER_BAD_RESPONSE', true],
    [api.confuse, 'PROVIDER_BAD_RESPONSE', true],
  ] as const)('are told apart, and tell neither the key nor the prompt (%#)', async (reply, code, retryable) => {
    const { provider } = await open(reply)
    const error = await failedCall(provider, question('The secret of Mrs. Okonkwo-Lindqvist'))
    expect(error).toMatchObject({ code, retryable })
    const told = inspect(error, { depth: 20, showHidden: true })
    for (const secret of [key, 'Okonkwo', 'Lindqvist']) expect(told).not.toContain(secret)
  })
})
