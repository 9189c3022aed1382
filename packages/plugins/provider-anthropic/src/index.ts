import { definePlugin } from '@pipewright/kernel'
import { anthropicConfigSchema, type AnthropicConfig } from './anthropic-config.js'
import { createAnthropicProvider } from './anthropic-provider.js'

/** Contributes the provider `anthropic`: Anthropic's models over the Messages API. */
export default definePlugin<AnthropicConfig>({
  config: anthropicConfigSchema,
  setup: ({ clock, fetch, secret }, config) => ({
    providers: [createAnthropicProvider(config, { clock, fetch, secret })],
  }),
})
