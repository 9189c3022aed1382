import { boundCountedTokens, boundSentTokens, readAnswer, type ModelChunk, type ModelRequest, type Provider } from '@pipewright/kernel'
import type { ResponsesConfig } from '../openai-config.js'
import { openClient, type Services } from '../open-client.js'
import { TemperatureRefusals } from '../temperature-refusals.js'
import { convertRequest, providerName } from './convert-request.js'
import { createEventReader } from './read-events.js'

/** Answers with OpenAI's models, over the Responses API. */
export function createResponsesProvider(config: ResponsesConfig, services: Services): Provider {
  const settings = { ...config, name: providerName }
  const refusals = new TemperatureRefusals()
  return {
    contract: 'v1',
    id: 'openai',
    hardCap: true,
    anyModel: false,
    pricing: 'listed',
    origin: 'real',
    capabilities: { tools: true, images: true, documents: true, outputSchema: true },

    async countInput(request, { signal }) {
      if (!(config.countTokens ?? hasMedia(request))) return boundSentTokens(request)
      const { model, input, instructions, tools, text } = convertRequest(request).params
      const client = await openClient(settings, services, request)
      const counted = await client.call(signal, (sdk) =>
        sdk.responses.inputTokens.count(
          {
            model: model ?? request.model,
            ...(typeof input === 'object' ? { input } : {}),
            ...(instructions === undefined ? {} : { instructions }),
            ...(tools === undefined ? {} : { tools }),
            ...(text === undefined ? {} : { text }),
          },
          { signal },
        ),
      )
      return boundCountedTokens(counted.input_tokens)
    },

    async *generate(request, { signal, logger }): AsyncGenerator<ModelChunk> {
      signal.throwIfAborted()
      const { params, rewrite } = convertRequest(request)
      const client = await openClient(settings, services, request)
      const events = await client.call(signal, (sdk) => refusals.call(params, logger, (given) => sdk.responses.create(given, { signal })))
      const reader = createEventReader(client.failures)
      yield* readAnswer(client.guard(signal, events), reader, { provider: providerName, rewrite })
    },
  }
}

function hasMedia({ messages }: ModelRequest): boolean {
  return messages.some(({ content }) => content.some(({ type }) => type === 'image' || type === 'document'))
}
