import { definePlugin } from '@pipewright/kernel'
import { createChatProvider } from './chat/chat-provider.js'
import { endpoints, type EndpointId } from './chat/endpoints.js'
import { openaiConfigSchema, type OpenaiConfig } from './openai-config.js'
import { createResponsesProvider } from './responses/responses-provider.js'

/** Contributes `openai`, over the Responses API, and endpoints that speak Chat Completions: four that are known, and any other. */
export default definePlugin<OpenaiConfig>({
  config: openaiConfigSchema,
  setup: ({ clock, fetch, secret }, config) => {
    const services = { clock, fetch, secret }
    // The keys of an object that is written out here.
    const ids = Object.keys(endpoints) as EndpointId[]
    return {
      providers: [createResponsesProvider(config.openai, services), ...ids.map((id) => createChatProvider(id, config[id], services))],
    }
  },
})
