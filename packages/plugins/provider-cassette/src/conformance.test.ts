import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@pipewright/kernel'
import { testProvider } from '@pipewright/kernel/conformance'
import { afterAll } from 'vitest'
import { createCassetteProvider } from './cassette-provider.js'

const folder = mkdtempSync(join(tmpdir(), 'cassette-conformance-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const responses: Record<string, object> = {
  'calls-a-tool': { toolCalls: [{ id: 'call-1', tool: 'look_up', arguments: { word: 'giraffe' } }] },
  'fits-a-schema': { json: { word: 'giraffe' } },
  filters: { text: '', finishReason: 'filtered' },
}
const usual = { text: 'Giraffes are the tallest animals that live on land. A purple one would be hard to overlook.' }
const file = 'it reads its answers from files: there is no other side that could fail'

testProvider({
  name: 'cassette',
  create: async (scenario) => {
    const entries = [{ match: { step: 'conformance-step' }, response: responses[scenario] ?? usual }]
    await writeFile(join(folder, 'answers.json'), JSON.stringify({ origin: 'authored', entries }))
    return { provider: createCassetteProvider(systemClock), dispose: () => undefined }
  },
  context: { settings: { folder } },
  unsupported: {
    'is-cut-off': file,
    'is-malformed': file,
    'is-unreachable': file,
    'is-rate-limited': file,
    'is-overloaded': file,
    'times-out': file,
    'refuses-the-key': file,
    'refuses-the-request': file,
    'finds-it-too-long': file,
  },
})
