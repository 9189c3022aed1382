import { definePlugin } from '@pipewright/kernel'
import { simulatedProvider } from './simulated-provider.js'

/** Contributes the provider `simulated`: answers without a model, the same ones every time. */
export default definePlugin({
  setup: () => ({ providers: [simulatedProvider] }),
})
