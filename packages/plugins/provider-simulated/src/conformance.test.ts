import { testProvider } from '@pipewright/kernel/conformance'
import { simulatedProvider } from './simulated-provider.js'

const itself = 'it answers by itself: there is no other side that could fail'

testProvider({
  name: 'simulated',
  create: async () => ({ provider: simulatedProvider, dispose: () => undefined }),
  unsupported: {
    filters: 'it filters nothing',
    'is-cut-off': itself,
    'is-malformed': itself,
    'is-unreachable': itself,
    'is-rate-limited': itself,
    'is-overloaded': itself,
    'times-out': itself,
    'refuses-the-key': itself,
    'refuses-the-request': itself,
    'finds-it-too-long': itself,
  },
})
