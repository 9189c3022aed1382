import { definePlugin } from '@pipewright/kernel'
import { createCassetteProvider } from './cassette-provider.js'

/** Contributes the provider `cassette`: replays recorded and hand-written answers, and records new ones. */
export default definePlugin({
  setup: ({ clock }) => ({ providers: [createCassetteProvider(clock)] }),
})
