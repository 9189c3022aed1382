import { boundSentTokens, PipewrightError, readAnswer, type ModelChunk, type Provider } from '@pipewright/kernel'
import type { ChatConfig } from '../openai-config.js'
import { openClient, type ClientSettings, type Services } from '../open-client.js'
import { TemperatureRefusals } from '../temperature-refusals.js'
import { convertRequest } from './convert-request.js'
import { endpoints, type Endpoint, type EndpointId } from './endpoints.js'
import { createChunkReader } from './read-chunks.js'

/** Answers with the models of an endpoint that speaks Chat Completions. */
export function createChatProvider(id: EndpointId, config: ChatConfig, services: Services): Provider {
  const endpoint: Endpoint = endpoints[id]
  const refusals = new TemperatureRefusals()
  return {
    contract: 'v1',
    id,
    hardCap: endpoint.hardCap,
    anyModel: endpoint.pricing === 'free',
    pricing: endpoint.pricing,
    origin: 'real',
    // What its models can do differs; what one cannot, the endpoint refuses.
    capabilities: { tools: true, images: true, documents: endpoint.documents, outputSchema: true },

    countInput: boundSentTokens,

    async *generate(request, { signal, logger }): AsyncGenerator<ModelChunk> {
      signal.throwIfAborted()
      const settings = settingsOf(id, endpoint, config)
      const { params, rewrite } = convertRequest(request, endpoint, config)
      const client = await openClient(settings, services, request)
      const chunks = await client.call(signal, (sdk) =>
        refusals.call(params, logger, (given) => sdk.chat.completions.create(given, { signal })),
      )
      yield* readAnswer(client.guard(signal, chunks), createChunkReader(request, endpoint), { provider: endpoint.name, rewrite })
    },
  }
}

function settingsOf(id: EndpointId, { name }: Endpoint, { baseUrl, ...config }: ChatConfig): ClientSettings {
  if (baseUrl !== undefined) {
    // The origin alone: an address may hold a password.
    const unreachableHint = `Is it running at ${new URL(baseUrl).origin}? If it is elsewhere, set providers.${id}.baseUrl.`
    return { ...config, baseUrl, name, unreachableHint }
  }
  throw new PipewrightError('PROVIDER_INVALID_REQUEST', `pipewright.yaml does not say where ${name} is.`, {
    hint: `Set providers.${id}.baseUrl, for example to http://127.0.0.1:8080/v1.`,
  })
}
