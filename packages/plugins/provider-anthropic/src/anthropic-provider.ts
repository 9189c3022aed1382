import {
  boundCountedTokens,
  boundSentTokens,
  extractJson,
  readAnswer,
  type Logger,
  type ModelChunk,
  type ModelRequest,
  type PluginContext,
  type Provider,
} from '@pipewright/kernel'
import { providerName, type AnthropicConfig } from './anthropic-config.js'
import { convertRequest } from './convert-request.js'
import { openClient } from './open-client.js'
import { createEventReader } from './read-events.js'

/** Answers with Anthropic's models. */
export function createAnthropicProvider(config: AnthropicConfig, services: Pick<PluginContext, 'clock' | 'fetch' | 'secret'>): Provider {
  let hasWarned = false
  /** The API has refused every temperature since its version 2026-10-21, the usual one included. */
  const leaveOutTemperature = ({ temperature }: ModelRequest, logger: Logger): void => {
    if (temperature === undefined || hasWarned) return
    hasWarned = true
    logger.warn('Anthropic takes no temperature any more: it is left out')
  }
  return {
    contract: 'v1',
    id: 'anthropic',
    hardCap: true,
    anyModel: false,
    pricing: 'listed',
    origin: 'real',
    capabilities: { tools: true, images: true, documents: true, outputSchema: true },

    async countInput(request, { signal }) {
      const hasDocuments = request.messages.some(({ content }) => content.some(({ type }) => type === 'document'))
      if (!(config.countTokens ?? hasDocuments)) return boundSentTokens(request)
      const { params } = await convertRequest(request)
      const client = await openClient(config, services, request)
      const { model, messages, system, tools, output_config } = params
      const counted = await client.call(signal, (sdk) =>
        sdk.messages.countTokens(
          {
            model,
            messages,
            ...(system === undefined ? {} : { system }),
            ...(tools === undefined ? {} : { tools }),
            ...(output_config === undefined ? {} : { output_config }),
          },
          { signal },
        ),
      )
      return boundCountedTokens(counted.input_tokens)
    },

    async *generate(request, { signal, logger }): AsyncGenerator<ModelChunk> {
      signal.throwIfAborted()
      leaveOutTemperature(request, logger)
      const client = await openClient(config, services, request)
      const { params, isSchemaTold } = await convertRequest(request)
      const events = await client.call(signal, (sdk) => sdk.messages.create(params, { signal }))
      const rewrite = isSchemaTold ? (text: string) => extractJson(text, request.outputSchema?.['type']) ?? text.trim() : undefined
      yield* readAnswer(client.guard(signal, events), createEventReader(request.model), { provider: providerName, rewrite })
    },
  }
}
