import { inspect } from 'node:util'
import type { Message, Provider } from '@pipewright/kernel'
import { askProvider, callContext, failedCall, standIn, type WireReply, type WireServer } from '@pipewright/kernel/conformance'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { key, question, servicesWith } from '../fixtures/question.js'
import { refuseTemperature } from '../fixtures/refuse-temperature.js'
import * as api from '../fixtures/responses-api.js'
import { openaiConfigSchema } from '../openai-config.js'
import { createResponsesProvider } from './responses-provider.js'

async function open(reply: WireReply, more: object = {}): Promise<{ server: WireServer; provider: Provider }> {
  const server = await standIn(reply)
  const { openai } = openaiConfigSchema.parse({ openai: { baseUrl: `${server.url}/v1`, ...more } })
  return { server, provider: createResponsesProvider(openai, servicesWith('OPENAI_API_KEY', key)) }
}

/** What was sent for a request. */
async function sent(request: Parameters<typeof askProvider>[1]): Promise<unknown> {
  const { server, provider } = await open(api.answer(['{"word":"giraffe"}']))
  await askProvider(provider, request)
  return server.requests[0]?.body
}

afterEach(() => vi.unstubAllEnvs())

describe('a request', () => {
  it('is the API’s: streamed, capped, not stored', async () => {
    const body = await sent(question('Hello', { system: 'You are brief.', temperature: 0.5, maxOutputTokens: 321 }))
    expect(body).toEqual({
      model: 'gpt-5-mini',
      instructions: 'You are brief.',
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
      max_output_tokens: 321,
      temperature: 0.5,
      stream: true,
      store: false,
    })
  })

  it('says who calls, and nothing that only the environment says', async () => {
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-gateway-password: hunter2')
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj_of_the_environment')
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9')
    const { server, provider } = await open(api.answer(['Hello']), { organization: 'org-1' })
    await askProvider(provider, question('Hello'))
    const { headers, path, method } = server.requests[0] ?? {}
    expect(`${method} ${path}`).toBe('POST /v1/responses')
    expect(headers).toMatchObject({ authorization: `Bearer ${key}`, 'openai-organization': 'org-1' })
    expect(headers).not.toHaveProperty('x-gateway-password')
    expect(headers).not.toHaveProperty('openai-project')
  })

  it('is made again without a temperature that the model refuses, and from then on without from the start', async () => {
    const refuse = refuseTemperature(api.answer(['Hello']))
    const { server, provider } = await open(refuse)
    for (let time = 0; time < 2; time++) await askProvider(provider, question('Hello', { temperature: 0 }))
    expect(server.requests.map(({ body }) => (body as { temperature?: number }).temperature)).toEqual([0, undefined, undefined])
  })

  it('gives images and documents as the API takes them', async () => {
    const content: Message['content'] = [
      { type: 'text', text: 'Compare.' },
      { type: 'image', mediaType: 'image/png', base64: 'iVBORw0KGgo=' },
      { type: 'document', mediaType: 'application/pdf', base64: 'JVBERi0xLjc=', name: 'report.pdf' },
      { type: 'document', mediaType: 'application/pdf', base64: 'JVBERi0xLjc=' },
      { type: 'document', mediaType: 'text/markdown', base64: Buffer.from('# Notes').toString('base64'), name: 'notes.md' },
    ]
    expect(await sent(question('', { messages: [{ role: 'user', content }] }))).toMatchObject({
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Compare.' },
            { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'auto' },
            { type: 'input_file', filename: 'report.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjc=' },
            { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjc=' },
            { type: 'input_text', text: 'notes.md:\n\n# Notes' },
          ],
        },
      ],
    })
  })

  it.each([
    ['image', 'image/tiff', 'image/webp'],
    ['document', 'application/zip', 'application/pdf or text/*'],
  ] as const)('refuses an %s of type %s before anything is sent', async (type, mediaType, hint) => {
    const { server, provider } = await open(api.answer(['Hello']))
    const error = await failedCall(provider, question('', { messages: [{ role: 'user', content: [{ type, mediaType, base64: 'AAAA' }] }] }))
    expect(error).toMatchObject({ code: 'PROVIDER_INVALID_REQUEST', hint: expect.stringContaining(hint) })
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
        { type: 'tool-call', id: 'call_1', tool: 'look_up', arguments: { word: 'giraffe' } },
        { type: 'tool-call', id: 'call_2', tool: 'look_up', arguments: { word: 'okapi' } },
        { type: 'tool-call', id: 'call_3', tool: 'look_up', arguments: {} },
      ],
    })
    const parameters = { type: 'object', properties: { word: { type: 'string' } } }
    expect(server.requests[0]?.body).toMatchObject({
      tools: [{ type: 'function', name: 'look_up', description: 'Looks a word up.', parameters, strict: false }],
    })
  })

  it('get their results back to the model', async () => {
    const messages: Message[] = [
      { role: 'user', content: [{ type: 'text', text: 'What is a giraffe?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I look it up.' },
          { type: 'tool-call', id: 'call_1', tool: 'look_up', arguments: { word: 'giraffe' } },
          { type: 'tool-call', id: 'call_2', tool: 'look_up', arguments: {} },
        ],
      },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', id: 'call_1', tool: 'look_up', content: 'A tall animal.' },
          { type: 'tool-result', id: 'call_2', tool: 'look_up', content: 'A word is missing.', isError: true },
        ],
      },
    ]
    expect(await sent(question('', { messages, tools }))).toMatchObject({
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'What is a giraffe?' }] },
        { role: 'assistant', content: 'I look it up.' },
        { type: 'function_call', call_id: 'call_1', name: 'look_up', arguments: '{"word":"giraffe"}' },
        { type: 'function_call', call_id: 'call_2', name: 'look_up', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'A tall animal.' },
        { type: 'function_call_output', call_id: 'call_2', output: 'Error: A word is missing.' },
      ],
    })
  })

  it('are not called with arguments that the cap has cut', async () => {
    const { provider } = await open(api.cutCall(['{"word":"gir']))
    expect((await askProvider(provider, question('What is a giraffe?', { tools }))).response).toMatchObject({
      finishReason: 'length',
      toolCalls: [],
    })
  })

  it('are not called with arguments that are not JSON', async () => {
    const { provider } = await open(api.callTool(['{"word": giraffe}']))
    expect(await failedCall(provider, question('What?', { tools }))).toMatchObject({ code: 'PROVIDER_BAD_RESPONSE', retryable: true })
  })
})

describe('an output schema', () => {
  const outputSchema = {
    type: 'object',
    properties: { word: { type: 'string' }, plural: { type: 'string' } },
    required: ['word'],
  }

  it('is one that the API holds the model to, and what need not be there is left out again', async () => {
    const { server, provider } = await open(api.answer(['{"word":"giraffe",', '"plural":null}']))
    const { response, pieces } = await askProvider(provider, question('A word', { outputSchema }))
    expect(pieces).toEqual(['{"word":"giraffe"}'])
    expect(response.text).toBe('{"word":"giraffe"}')
    expect(server.requests[0]?.body).toMatchObject({
      text: {
        format: {
          type: 'json_schema',
          name: 'answer',
          strict: true,
          schema: {
            type: 'object',
            properties: { word: { type: 'string' }, plural: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
            required: ['word', 'plural'],
            additionalProperties: false,
          },
        },
      },
    })
    expect(server.requests[0]?.body).not.toHaveProperty('instructions')
  })

  it('whose every property is required is answered as it comes', async () => {
    const { provider } = await open(api.answer(['{"word":', '"giraffe"}']))
    const { pieces } = await askProvider(
      provider,
      question('A word', { outputSchema: { ...outputSchema, properties: { word: { type: 'string' } } } }),
    )
    expect(pieces).toEqual(['{"word":', '"giraffe"}'])
  })

  it('that the API does not take is told in words, and the JSON taken out of the answer', async () => {
    const { server, provider } = await open(api.answer(['Here it is:\n```json\n{ "de": "Giraffe" }\n', '```']))
    const words = { type: 'object', additionalProperties: { type: 'string' } }
    const { response } = await askProvider(provider, question('Translate', { system: 'You translate.', outputSchema: words }))
    expect(response.text).toBe('{"de":"Giraffe"}')
    expect(server.requests[0]?.body).not.toHaveProperty('text')
    expect(server.requests[0]?.body).toMatchObject({
      instructions: expect.stringMatching(/^You translate\.\n\n.*JSON Schema.*additionalProperties/s),
    })
  })

  it('does not change an answer that the cap has cut', async () => {
    const { provider } = await open(api.answer(['{"word":{"a":1},"plu'], { incomplete: 'max_output_tokens' }))
    const { response } = await askProvider(provider, question('A word', { outputSchema }))
    expect(response).toMatchObject({ finishReason: 'length', text: '{"word":{"a":1},"plu' })
  })
})

describe('an answer', () => {
  it('tells what was cached and what was hidden reasoning', async () => {
    const { provider } = await open(api.answer(['Hello'], { outputTokens: 90, reasoningTokens: 64 }))
    const { response } = await askProvider(provider, question('Hello'))
    expect(response).toMatchObject({ text: 'Hello', model: 'gpt-5-mini-2025-08-07', finishReason: 'stop', origin: 'real' })
    expect(response.usage).toEqual({
      inputTokens: 1_200,
      outputTokens: 90,
      cachedInputTokens: 1_024,
      cacheWriteTokens: 50,
      reasoningTokens: 64,
    })
  })

  it('that is all reasoning when the cap is reached says so', async () => {
    const { provider } = await open(api.answer([], { incomplete: 'max_output_tokens', outputTokens: 500, reasoningTokens: 500 }))
    const { response } = await askProvider(provider, question('Hello'))
    expect(response).toMatchObject({ text: '', finishReason: 'length', usage: { outputTokens: 500, reasoningTokens: 500 } })
  })

  it('is counted when its usage is not told', async () => {
    const { provider } = await open(api.answer(['Hello there'], { usage: null }))
    const { response } = await askProvider(provider, question('Say hello'))
    expect(response.usage).toEqual({ inputTokens: 3, outputTokens: 2, estimated: true })
  })

  it.each([
    ['a refusal', api.decline(['I can’t', ' help with that.']), 'I can’t help with that.'],
    ['the content filter', api.answer(['It'], { incomplete: 'content_filter' }), 'It'],
  ])('that %s ends is filtered', async (_, reply, text) => {
    const { provider } = await open(reply)
    expect((await askProvider(provider, question('Hello'))).response).toMatchObject({ finishReason: 'filtered', text })
  })
})

describe('the input', () => {
  const picture: Message = { role: 'user', content: [{ type: 'image', mediaType: 'image/png', base64: 'iVBORw0KGgo=' }] }
  const counting: WireReply = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ object: 'response.input_tokens', input_tokens: 25_000 }))
  }

  it('is bounded by its bytes, without a call', async () => {
    const { server, provider } = await open(counting)
    expect(await provider.countInput?.(question('x'.repeat(1_000)), callContext())).toBeGreaterThanOrEqual(1_000)
    expect(server.requests).toEqual([])
  })

  it('is counted by the API when it holds images, of which bytes say little', async () => {
    const { server, provider } = await open(counting)
    const request = question('', { messages: [picture], system: 'Describe.' })
    expect(await provider.countInput?.(request, callContext())).toBeGreaterThanOrEqual(25_000)
    expect(server.requests[0]).toMatchObject({
      path: '/v1/responses/input_tokens',
      body: { model: 'gpt-5-mini', instructions: 'Describe.', input: [{ role: 'user' }] },
    })
  })

  it('is never counted by the API when the configuration says so', async () => {
    const { server, provider } = await open(counting, { countTokens: false })
    await provider.countInput?.(question('', { messages: [picture] }), callContext())
    expect(server.requests).toEqual([])
  })
})

describe('failures', () => {
  it.each([
    [
      api.refuse(429, { type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded your current quota' }),
      'PROVIDER_RATE_LIMITED',
      false,
    ],
    [api.refuse(529, { type: 'overloaded', message: 'Overloaded' }), 'PROVIDER_OVERLOADED', true],
    [
      api.refuse(404, { type: 'invalid_request_error', code: 'model_not_found', message: 'The model does not exist' }),
      'PROVIDER_INVALID_REQUEST',
      false,
    ],
    [
      api.refuse(400, { type: 'invalid_request_error', code: 'invalid_prompt', message: 'Your prompt was flagged' }),
      'PROVIDER_FILTERED',
      false,
    ],
    [api.failMidway('server_error', 'The model failed'), 'PROVIDER_OVERLOADED', true],
    [api.failMidway('rate_limit_exceeded', 'Rate limit reached'), 'PROVIDER_RATE_LIMITED', true],
    [api.failMidway('invalid_image_format', 'The image is broken'), 'PROVIDER_INVALID_REQUEST', false],
    [api.failMidway('bio_policy', 'It was stopped'), 'PROVIDER_FILTERED', false],
    [api.breakMidway('rate_limit_exceeded', 'Rate limit reached'), 'PROVIDER_RATE_LIMITED', true],
    [api.breakMidway('context_length_exceeded', 'Too long'), 'PROVIDER_CONTEXT_TOO_LONG', false],
    [api.breakMidway('server_error', 'Oh no'), 'PROVIDER_OVERLOADED', true],
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
