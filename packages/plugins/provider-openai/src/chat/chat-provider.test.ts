import { inspect } from 'node:util'
import type { Message, ModelRequest, Provider } from '@pipewright/kernel'
import { askProvider, callContext, failedCall, standIn, type WireReply, type WireServer } from '@pipewright/kernel/conformance'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { key, question, servicesWith } from '../fixtures/question.js'
import { refuseTemperature } from '../fixtures/refuse-temperature.js'
import * as api from '../fixtures/chat-api.js'
import { openaiConfigSchema } from '../openai-config.js'
import { createChatProvider } from './chat-provider.js'
import type { EndpointId } from './endpoints.js'

async function open(id: EndpointId, reply: WireReply, more: object = {}): Promise<{ server: WireServer; provider: Provider }> {
  const server = await standIn(reply)
  const config = openaiConfigSchema.parse({ [id]: { baseUrl: `${server.url}/v1`, ...more } })
  return { server, provider: createChatProvider(id, config[id], servicesWith('OPENROUTER_API_KEY', key)) }
}

/** What was sent to an endpoint for a request. */
async function sent(id: EndpointId, request: ModelRequest, more: object = {}): Promise<unknown> {
  const { server, provider } = await open(id, api.answer(['{"word":"giraffe"}']), more)
  await askProvider(provider, request)
  return server.requests[0]?.body
}

afterEach(() => vi.unstubAllEnvs())

describe('a request', () => {
  it('asks for a stream with its usage, and is capped by the name that the endpoint knows', async () => {
    expect(await sent('ollama', question('Hello', { system: 'You are brief.', temperature: 0.5, maxOutputTokens: 321 }))).toEqual({
      model: 'gpt-5-mini',
      messages: [
        { role: 'system', content: 'You are brief.' },
        { role: 'user', content: 'Hello' },
      ],
      max_tokens: 321,
      temperature: 0.5,
      stream: true,
      stream_options: { include_usage: true },
    })
    const body = await sent('openai-compatible', question('Hello', { maxOutputTokens: 321 }), { outputCap: 'max_completion_tokens' })
    expect(body).toMatchObject({ max_completion_tokens: 321 })
    expect(body).not.toHaveProperty('max_tokens')
  })

  it('carries the key that is configured, and none where none is', async () => {
    // The key of another service, as the SDK would find it by itself.
    vi.stubEnv('OPENAI_API_KEY', 'sk-of-the-environment')
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-gateway-password: hunter2')
    const local = await open('lmstudio', api.answer(['Hello']))
    await askProvider(local.provider, question('Hello'))
    expect(local.server.requests[0]).toMatchObject({ method: 'POST', path: '/v1/chat/completions' })
    expect(local.server.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(local.server.requests[0]?.headers).not.toHaveProperty('x-gateway-password')
    const router = await open('openrouter', api.answer(['Hello']))
    await askProvider(router.provider, question('Hello'))
    expect(router.server.requests[0]?.headers).toMatchObject({ authorization: `Bearer ${key}` })
  })

  it('is made again without a temperature that the model refuses, and from then on without from the start', async () => {
    const refuse = refuseTemperature(api.answer(['Hello']))
    const { server, provider } = await open('openai-compatible', refuse)
    for (let time = 0; time < 2; time++) await askProvider(provider, question('Hello', { temperature: 0 }))
    expect(server.requests.map(({ body }) => (body as { temperature?: number }).temperature)).toEqual([0, undefined, undefined])
  })

  it('gives images and documents as the endpoint takes them', async () => {
    const content: Message['content'] = [
      { type: 'text', text: 'Compare.' },
      { type: 'image', mediaType: 'image/png', base64: 'iVBORw0KGgo=' },
      { type: 'document', mediaType: 'application/pdf', base64: 'JVBERi0xLjc=', name: 'report.pdf' },
    ]
    expect(await sent('openrouter', question('', { messages: [{ role: 'user', content }] }))).toMatchObject({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Compare.' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
            { type: 'file', file: { filename: 'report.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjc=' } },
          ],
        },
      ],
    })
  })

  it('gives a document of text as text, which every endpoint takes', async () => {
    const base64 = Buffer.from('a;b').toString('base64')
    const content: Message['content'] = [
      { type: 'text', text: 'Sum up.' },
      { type: 'document', mediaType: 'text/csv', base64, name: 'a.csv' },
    ]
    expect(await sent('ollama', question('', { messages: [{ role: 'user', content }] }))).toMatchObject({
      messages: [{ role: 'user', content: 'Sum up.\n\na.csv:\n\na;b' }],
    })
  })

  it('is refused before it is sent when it holds what the endpoint does not take', async () => {
    const { server, provider } = await open('vllm', api.answer(['Hello']))
    expect(provider.capabilities.documents).toBe(false)
    const content: Message['content'] = [{ type: 'document', mediaType: 'application/pdf', base64: 'JVBERi0xLjc=' }]
    expect(await failedCall(provider, question('', { messages: [{ role: 'user', content }] }))).toMatchObject({
      code: 'PROVIDER_INVALID_REQUEST',
      message: 'vLLM does not take application/pdf.',
    })
    expect(server.requests).toEqual([])
  })

  it('needs to know where the endpoint is', async () => {
    const config = openaiConfigSchema.parse({})['openai-compatible']
    expect(await failedCall(createChatProvider('openai-compatible', config, servicesWith('NONE', key)), question('Hello'))).toMatchObject({
      code: 'PROVIDER_INVALID_REQUEST',
      hint: expect.stringContaining('providers.openai-compatible.baseUrl'),
    })
  })

  it('to OpenRouter needs a key', async () => {
    const server = await standIn(api.answer(['Hello']))
    const { openrouter } = openaiConfigSchema.parse({ openrouter: { baseUrl: server.url } })
    const error = await failedCall(createChatProvider('openrouter', openrouter, servicesWith('OPENROUTER_API_KEY', '')), question('Hello'))
    expect(error).toMatchObject({ code: 'PROVIDER_AUTH', message: expect.stringContaining('OPENROUTER_API_KEY') })
    expect(server.requests).toEqual([])
  })
})

describe('tools', () => {
  const tools = [{ name: 'look_up', description: 'Looks a word up.', input: { type: 'object', properties: { word: { type: 'string' } } } }]
  const giraffe = { type: 'tool-call', tool: 'look_up', arguments: { word: 'giraffe' } }
  const okapi = { type: 'tool-call', tool: 'look_up', arguments: { word: 'okapi' } }
  const named = (text: string) => ({ name: 'look_up', arguments: text })

  it('are called with arguments that come in pieces, several at once', async () => {
    const { server, provider } = await open('vllm', api.callTool(['{"wo', 'rd":"gi', 'raffe"}'], ['{"word":', '"okapi"}']))
    const { response } = await askProvider(provider, question('What is a giraffe?', { tools }))
    expect(response).toMatchObject({
      text: 'I look it up.',
      finishReason: 'tool-calls',
      toolCalls: [
        { ...giraffe, id: 'call_0' },
        { ...okapi, id: 'call_1' },
      ],
    })
    expect(server.requests[0]?.body).toMatchObject({
      tools: [{ type: 'function', function: { name: 'look_up', description: 'Looks a word up.', parameters: tools[0]?.input } }],
    })
  })

  it.each([
    [
      'without an index, each whole',
      [
        { tool_calls: [{ id: 'a', function: named('{"word":"giraffe"}') }] },
        { tool_calls: [{ id: 'b', function: named('{"word":"okapi"}') }] },
      ],
    ],
    [
      'with the same index, told apart by their ids',
      [
        { tool_calls: [{ index: 0, id: 'a', function: named('{"word":') }] },
        { tool_calls: [{ index: 0, id: 'a', function: { arguments: '"giraffe"}' } }] },
        { tool_calls: [{ index: 0, id: 'b', function: named('{"word":"okapi"}') }] },
      ],
    ],
  ])('are understood when the endpoint tells them %s, and says that it has stopped', async (_, pieces) => {
    const { provider } = await open(
      'openai-compatible',
      api.deltas(() => pieces),
    )
    const { response } = await askProvider(provider, question('What is a giraffe?', { tools }))
    expect(response.finishReason).toBe('tool-calls')
    expect(response.toolCalls).toEqual([
      { ...giraffe, id: 'a' },
      { ...okapi, id: 'b' },
    ])
  })

  it('are given an id when the endpoint gives none', async () => {
    const { provider } = await open(
      'openai-compatible',
      api.deltas(() => [{ tool_calls: [{ index: 0, function: named('{}') }] }]),
    )
    const { response } = await askProvider(provider, question('What?', { tools }))
    expect(response.toolCalls).toEqual([{ type: 'tool-call', id: 'call_0', tool: 'look_up', arguments: {} }])
  })

  it('get their results back to the model', async () => {
    const messages: Message[] = [
      { role: 'user', content: [{ type: 'text', text: 'What is a giraffe?' }] },
      { role: 'assistant', content: [{ type: 'tool-call', id: 'call_0', tool: 'look_up', arguments: { word: 'giraffe' } }] },
      {
        role: 'tool',
        content: [
          { type: 'text', text: 'Go on.' },
          { type: 'tool-result', id: 'call_0', tool: 'look_up', content: 'It is missing.', isError: true },
        ],
      },
    ]
    expect(await sent('ollama', question('', { messages, tools }))).toMatchObject({
      messages: [
        { role: 'user', content: 'What is a giraffe?' },
        {
          role: 'assistant',
          tool_calls: [{ id: 'call_0', type: 'function', function: { name: 'look_up', arguments: '{"word":"giraffe"}' } }],
        },
        { role: 'tool', tool_call_id: 'call_0', content: 'Error: It is missing.' },
        { role: 'user', content: 'Go on.' },
      ],
    })
  })
})

describe('an output schema', () => {
  const outputSchema = { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] }
  const request = question('A word', { outputSchema, system: 'You are brief.' })

  it('is one that servers of local models hold the model to', async () => {
    const body = await sent('lmstudio', request)
    expect(body).toMatchObject({
      messages: [{ role: 'system', content: 'You are brief.' }, { role: 'user' }],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', strict: true, schema: { ...outputSchema, additionalProperties: false } },
      },
    })
  })

  it.each(['openrouter', 'openai-compatible'] as const)('is told in words by %s, unless configured', async (id) => {
    const body = await sent(id, request)
    expect(body).not.toHaveProperty('response_format')
    expect(body).toMatchObject({ messages: [{ content: expect.stringMatching(/^You are brief\.\n\n.*JSON Schema/s) }, { role: 'user' }] })
    expect(await sent(id, request, { schema: 'strict' })).toMatchObject({ response_format: { type: 'json_schema' } })
  })

  it('that is told in words is found in an answer with words around it', async () => {
    const { provider } = await open('openrouter', api.answer(['Sure! {"word": "giraffe"}', ' Anything else?']))
    const { response, pieces } = await askProvider(provider, request)
    expect(response.text).toBe('{"word":"giraffe"}')
    expect(pieces).toEqual(['{"word":"giraffe"}'])
  })
})

describe('usage', () => {
  it('tells what was cached and what was hidden reasoning', async () => {
    const told = { ...api.usage, completion_tokens: 90, total_tokens: 1_290, completion_tokens_details: { reasoning_tokens: 64 } }
    const { provider } = await open('openrouter', api.answer(['Hello'], { usage: told }))
    const { response } = await askProvider(provider, question('Hello'))
    expect(response.usage).toEqual({ inputTokens: 1_200, outputTokens: 90, cachedInputTokens: 1_024, reasoningTokens: 64 })
  })

  it('counts hidden reasoning that is only in the total', async () => {
    const told = { prompt_tokens: 100, completion_tokens: 15, total_tokens: 179, completion_tokens_details: { reasoning_tokens: 64 } }
    const { provider } = await open('openai-compatible', api.answer(['Hello'], { usage: told }))
    expect((await askProvider(provider, question('Hello'))).response.usage).toEqual({
      inputTokens: 100,
      outputTokens: 79,
      reasoningTokens: 64,
    })
  })

  it('that the endpoint does not tell is counted and marked, with the reasoning that it shows', async () => {
    const reply = api.deltas(() => [{ reasoning_content: 'Let me think.' }, { reasoning: ' Done.' }, { content: 'Hello there' }], {
      usage: null,
    })
    const { provider } = await open('openai-compatible', reply)
    const { response } = await askProvider(provider, question('Say hello'))
    expect(response).toMatchObject({ text: 'Hello there', usage: { inputTokens: 3, outputTokens: 8, estimated: true } })
  })
})

describe('the cap', () => {
  it('ends the call of an endpoint that does not keep to it', async () => {
    const { server, provider } = await open('openai-compatible', api.neverEnd)
    const { response } = await askProvider(provider, question('Hello', { maxOutputTokens: 20 }))
    expect(response).toMatchObject({ finishReason: 'length', usage: { estimated: true } })
    expect(response.usage.outputTokens).toBeGreaterThanOrEqual(20)
    expect(response.usage.outputTokens).toBeLessThan(60)
    await expect.poll(() => server.openCalls()).toBe(0)
  })

  it('does not cut an answer that its own tokenizer counts as a few tokens less', async () => {
    const words = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen'
    const told = { prompt_tokens: 5, completion_tokens: 16, total_tokens: 21 }
    const { provider } = await open('openai-compatible', api.answer([words], { usage: told }))
    const { response } = await askProvider(provider, question('Count', { maxOutputTokens: 16 }))
    expect(response).toMatchObject({ text: words, finishReason: 'stop', usage: { outputTokens: 16 } })
  })
})

describe('an answer', () => {
  it.each([
    ['filtered', api.answer(['It'], { finishReason: 'content_filter' }), 'It'],
    ['filtered', api.deltas(() => [{ refusal: 'I can’t help' }, { refusal: ' with that.' }]), 'I can’t help with that.'],
    ['length', api.answer(['It begins'], { finishReason: 'length' }), 'It begins'],
    ['stop', api.answer(['It is', ' done.'], { finishReason: 'eos' }), 'It is done.'],
  ])('that ended as %s says so (%#)', async (finishReason, reply, text) => {
    const { provider } = await open('vllm', reply)
    expect((await askProvider(provider, question('Hello'))).response).toMatchObject({
      finishReason,
      text,
      model: 'gpt-5-mini',
      origin: 'real',
    })
  })
})

describe('failures', () => {
  it.each([
    [api.failMidway({ code: 502, message: 'The host has disconnected' }), 'PROVIDER_OVERLOADED', true],
    [api.failMidway({ code: 429, message: 'Slow down' }), 'PROVIDER_RATE_LIMITED', true],
    [
      api.failMidway({ code: 400, type: 'BadRequestError', message: "This model's maximum context length is 4096 tokens." }),
      'PROVIDER_CONTEXT_TOO_LONG',
      false,
    ],
    [api.failMidway({ message: 'Trying to keep the first 5000 tokens when context the overflows.' }), 'PROVIDER_CONTEXT_TOO_LONG', false],
    [api.failMidway({ type: 'api_error', message: 'The model runner has stopped' }), 'PROVIDER_OVERLOADED', true],
    [api.endEarly, 'PROVIDER_BAD_RESPONSE', true],
    [api.deltas(() => [{ content: ['not', 'text'] }]), 'PROVIDER_BAD_RESPONSE', true],
    [api.deltas(() => [{ tool_calls: [{ index: 0, function: { arguments: '{}' } }] }]), 'PROVIDER_BAD_RESPONSE', true],
  ] as const)('in the middle of an answer are told apart, and tell neither the key nor the prompt (%#)', async (reply, code, retryable) => {
    const { provider } = await open('openrouter', reply)
    const error = await failedCall(provider, question('The secret of Mrs. Okonkwo-Lindqvist'))
    expect(error).toMatchObject({ code, retryable })
    const told = inspect(error, { depth: 20, showHidden: true })
    for (const secret of [key, 'Okonkwo', 'Lindqvist']) expect(told).not.toContain(secret)
  })

  it.each([
    [402, { error: { code: 402, message: 'This request requires more credits' } }, 'PROVIDER_AUTH'],
    [403, { error: { code: 403, message: 'Your input was flagged' } }, 'PROVIDER_FILTERED'],
    [404, { error: 'model "llama9" not found' }, 'PROVIDER_INVALID_REQUEST'],
    [500, { error: { message: 'the request exceeds the available context size' } }, 'PROVIDER_CONTEXT_TOO_LONG'],
    [503, 'no healthy upstream', 'PROVIDER_OVERLOADED'],
  ])('before the answer are told apart (%i %j)', async (status, body, code) => {
    const { provider } = await open('openrouter', (response) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
    expect((await failedCall(provider, question('Hello'))).code).toBe(code)
  })

  it('of a server that is not there say so', async () => {
    const config = openaiConfigSchema.parse({ ollama: { baseUrl: 'http://127.0.0.1:1/v1' } })
    expect(await failedCall(createChatProvider('ollama', config.ollama, servicesWith('NONE', key)), question('Hello'))).toMatchObject({
      code: 'PROVIDER_NETWORK',
      retryable: true,
      hint: 'Is it running at http://127.0.0.1:1? If it is elsewhere, set providers.ollama.baseUrl.',
    })
  })
})

it('bounds the input above what a schema that is told adds', () => {
  const config = openaiConfigSchema.parse({})
  const provider = createChatProvider('openrouter', config.openrouter, servicesWith('NONE', key))
  const bare = Number(provider.countInput?.(question('Hello'), callContext()))
  const outputSchema = { type: 'object', properties: { word: { type: 'string' } } }
  expect(provider.countInput?.(question('Hello', { outputSchema }), callContext())).toBeGreaterThan(bare + 300)
})
