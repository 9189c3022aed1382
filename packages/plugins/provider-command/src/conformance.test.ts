import { fileURLToPath } from 'node:url'
import { testProvider, type ProviderScenario } from '@pipewright/kernel/conformance'
import { commandConfigSchema } from './command-config.js'
import { createCommandProvider } from './command-provider.js'
import { LiveCommands } from './live-commands.js'

const script = fileURLToPath(new URL('fixtures/fake-model.mjs', import.meta.url))

/** How the script that stands in for a model behaves in each scenario. */
const behaviours: Partial<Record<ProviderScenario, string[]>> = {
  'answers-at-length': ['say', 'Giraffes are the tallest animals that live on land, and a purple one would be hard to overlook.'],
  'fits-a-schema': ['say', '```json\n{ "word": "giraffe" }\n```'],
  'answers-slowly': ['begin'],
  'is-silent': ['stay-silent'],
  'times-out': ['stay-silent'],
  'is-cut-off': ['break-off'],
  filters: ['fail-carelessly', 'The answer was blocked by a content filter.'],
  'is-unreachable': ['fail-carelessly', 'connect ECONNREFUSED 127.0.0.1:11434'],
  'is-rate-limited': ['fail-carelessly', '429 Too Many Requests'],
  'is-overloaded': ['fail-carelessly', '529 overloaded'],
  'refuses-the-key': ['fail-carelessly', '401 Invalid API key'],
  'refuses-the-request': ['fail-carelessly', 'unknown option --frobnicate'],
  'finds-it-too-long': ['fail-carelessly', 'the prompt is too long'],
}

testProvider({
  name: 'command',
  create: async (scenario, { secret }) => {
    const behaviour = behaviours[scenario] ?? ['lines', 'Giraffes are tall.', 'A purple one is rare.']
    const fake = {
      command: [process.execPath, script, ...behaviour],
      environment: ['SECRET'],
      timeoutMs: scenario === 'times-out' ? 300 : 60_000,
      ...(scenario === 'is-malformed' ? { format: 'json', report: { answer: 'answer' } } : {}),
    }
    const environment: Record<string, string | undefined> = { PATH: process.env['PATH'], SECRET: secret }
    const live = new LiveCommands()
    const provider = createCommandProvider(commandConfigSchema.parse({ commands: { fake } }), (name) => environment[name], live)
    return { provider, openCalls: () => live.count, dispose: () => live.stopAll() }
  },
  request: { model: 'fake' },
  unsupported: { 'calls-a-tool': 'commands are given text only' },
})
