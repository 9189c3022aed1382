import { definePlugin, PipewrightError } from '@pipewright/kernel'

export default definePlugin({
  setup: () => ({
    providers: [
      {
        contract: 'v1',
        id: 'openai',
        hardCap: true,
        anyModel: false,
        pricing: 'listed',
        origin: 'real',
        capabilities: { tools: true, images: true, documents: true, outputSchema: true },
        // Being written.
        generate: () => {
          throw new PipewrightError('CONFIG_INVALID', 'This provider is being written.')
        },
      },
    ],
  }),
})
