import { systemClock } from '@pipewright/kernel'
import {
  standIn,
  startWireServer,
  testHttpProvider,
  testProvider,
  type ProviderScenario,
  type WireReply,
} from '@pipewright/kernel/conformance'
import { createChatProvider } from './chat/chat-provider.js'
import { endpoints, type EndpointId } from './chat/endpoints.js'
import * as chat from './fixtures/chat-api.js'
import * as responses from './fixtures/responses-api.js'
import { question, servicesWith } from './fixtures/question.js'
import { openaiConfigSchema } from './openai-config.js'
import { createResponsesProvider } from './responses/responses-provider.js'

/** The stand-ins report 1,200 tokens of input, so the request has to be as long as that. */
const system = 'You are brief. '.repeat(100)
const { refuse } = responses

const rateLimited = (headers: Readonly<Record<string, string>>): WireReply =>
  refuse(429, { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached' }, headers)

/** OpenAI's way to refuse is everybody's. */
const refusals = {
  'is-rate-limited': rateLimited({ 'retry-after': '2' }),
  'is-overloaded': refuse(503, { type: 'server_error', message: 'The engine is currently overloaded' }),
  'times-out': refuse(504, { type: 'server_error', message: 'Gateway timeout' }),
  'refuses-the-key': refuse(401, { type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key provided' }),
  'refuses-the-request': refuse(400, { type: 'invalid_request_error', message: 'Something is wrong' }),
  'finds-it-too-long': refuse(400, {
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    message: 'Your input exceeds the context window of this model.',
  }),
} satisfies Partial<Record<ProviderScenario, WireReply>>

const responsesReplies: Readonly<Record<ProviderScenario, WireReply>> = {
  ...refusals,
  answers: responses.answer(['A giraffe', ' is', ' tall.']),
  'answers-at-length': (response, request) => {
    // The cap of the request, which the API keeps to.
    const { max_output_tokens: outputTokens } = request.body as { max_output_tokens: number }
    return responses.answer(['One two', ' three'], { incomplete: 'max_output_tokens', outputTokens })(response, request)
  },
  'calls-a-tool': responses.callTool(['{"wo', 'rd": "gir', 'affe"}']),
  'fits-a-schema': responses.answer(['{"wo', 'rd":"giraffe"}']),
  'answers-slowly': responses.answerSlowly,
  'is-silent': responses.keepSilent,
  filters: responses.answer(['I'], { incomplete: 'content_filter' }),
  'is-cut-off': responses.cutOff,
  'is-malformed': responses.garble,
  'is-unreachable': responses.keepSilent,
}

testProvider({
  name: 'openai',
  request: { model: 'gpt-5-mini', system },
  create: async (scenario, { secret }) => {
    const server = await startWireServer(responsesReplies[scenario])
    if (scenario === 'is-unreachable') await server.close()
    const { openai } = openaiConfigSchema.parse({ openai: { baseUrl: `${server.url}/v1` } })
    const services = { clock: systemClock, fetch, secret: (name: string) => (name === 'OPENAI_API_KEY' ? secret : undefined) }
    return {
      provider: createResponsesProvider(openai, services),
      openCalls: server.openCalls,
      dispose: () => (scenario === 'is-unreachable' ? undefined : server.close()),
    }
  },
})

testHttpProvider({
  name: 'openai',
  open: async (reply, { key, ...settings }) => {
    const server = await standIn(reply)
    const { openai } = openaiConfigSchema.parse({ openai: { baseUrl: `${server.url}/v1`, ...settings } })
    return { server, provider: createResponsesProvider(openai, servicesWith('OPENAI_API_KEY', key)) }
  },
  request: question('Hello'),
  keyVariable: 'OPENAI_API_KEY',
  rateLimited,
  answersSlowly: responses.answerSlowly,
})

const chatReplies: Readonly<Record<ProviderScenario, WireReply>> = {
  ...refusals,
  answers: chat.answer(['A giraffe', ' is', ' tall.']),
  'answers-at-length': chat.answer(['One two', ' three'], { finishReason: 'length' }),
  'calls-a-tool': chat.callTool(['{"wo', 'rd": "gir', 'affe"}']),
  'fits-a-schema': chat.answer(['{"wo', 'rd":"giraffe"}']),
  'answers-slowly': chat.answerSlowly,
  'is-silent': chat.keepSilent,
  filters: chat.answer(['I'], { finishReason: 'content_filter' }),
  'is-cut-off': chat.cutOff,
  'is-malformed': chat.garble,
  'is-unreachable': chat.keepSilent,
}

for (const id of Object.keys(endpoints) as EndpointId[]) {
  testProvider({
    name: id,
    request: { model: 'llama3.2', system },
    create: async (scenario, { secret }) => {
      const server = await startWireServer(chatReplies[scenario])
      if (scenario === 'is-unreachable') await server.close()
      const config = openaiConfigSchema.parse({ [id]: { baseUrl: `${server.url}/v1`, apiKeyEnvironment: 'ENDPOINT_KEY' } })
      const services = { clock: systemClock, fetch, secret: (name: string) => (name === 'ENDPOINT_KEY' ? secret : undefined) }
      return {
        provider: createChatProvider(id, config[id], services),
        openCalls: server.openCalls,
        dispose: () => (scenario === 'is-unreachable' ? undefined : server.close()),
      }
    },
  })
  const keyVariable = endpoints[id].apiKeyEnvironment
  testHttpProvider({
    name: id,
    open: async (reply, { key, ...settings }) => {
      const server = await standIn(reply)
      const config = openaiConfigSchema.parse({ [id]: { baseUrl: `${server.url}/v1`, ...settings } })
      return { server, provider: createChatProvider(id, config[id], servicesWith(keyVariable ?? '', key)) }
    },
    request: question('Hello'),
    ...(keyVariable === undefined ? {} : { keyVariable }),
    rateLimited,
    answersSlowly: chat.answerSlowly,
  })
}
