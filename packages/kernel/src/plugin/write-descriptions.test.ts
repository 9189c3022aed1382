import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createPluginFolder, createTestHost, stepCode } from './fixtures/plugin-folder.js'
import { writeDescriptions } from './write-descriptions.js'

const contributes = [
  { kind: 'step', id: 'say', contract: 'v1', description: './dist/descriptions/step-say.json' },
  { kind: 'guardrail', id: 'calm', contract: 'v1', description: './dist/descriptions/guardrail-calm.json' },
  { kind: 'step', id: 'bare', contract: 'v1' },
]

const code = `import { z } from 'zod'
export default {
  config: z.strictObject({ volume: z.int().min(0).default(5).describe('How loud.') }),
  setup: () => ({
    steps: [${stepCode('bare')}, ${stepCode('say', `input: z.strictObject({ words: z.string().meta({ language: 'jsonata' }), at: z.date().optional() }), effect: true`)}],
    guardrails: [{
      contract: 'v1', id: 'calm', summary: 'No shouting.', phase: 'runtime', subjects: ['answer'],
      options: z.strictObject({ limit: z.int().default(3) }), check: () => ({ action: 'allow' }),
    }],
  }),
}`

test('the files that the manifest names say what the code says', async () => {
  const { add } = await createPluginFolder()
  const source = await add({ name: 'say', code, manifest: { contributes, config: './dist/config.json' } })
  const files = await writeDescriptions(source.directory)
  expect(files.map((file) => file.slice(source.directory.length + 1))).toEqual([
    'dist/descriptions/step-say.json',
    'dist/descriptions/guardrail-calm.json',
    'dist/config.json',
  ])

  const { host } = await createTestHost([source])
  expect(await host.describe('step', 'say')).toMatchObject({
    summary: 'Says what it is given.',
    effect: true,
    estimates: false,
    // A value that JSON Schema cannot describe is anything; an expression's language stays.
    input: { properties: { words: { type: 'string', language: 'jsonata' }, at: {} }, required: ['words'] },
  })
  expect(await host.describe('guardrail', 'calm')).toEqual({
    kind: 'guardrail',
    id: 'calm',
    summary: 'No shouting.',
    phase: 'runtime',
    // What has a default need not be given.
    options: { type: 'object', properties: { limit: expect.objectContaining({ default: 3 }) as object }, additionalProperties: false },
  })
  expect(host.list()[0]?.activationMs).toBeNull()
  const config: unknown = JSON.parse(await readFile(join(source.directory, 'dist/config.json'), 'utf8'))
  expect(config).toMatchObject({ properties: { volume: { type: 'integer', default: 5, description: 'How loud.' } } })
})

test('the same code gives the same bytes', async () => {
  const { add } = await createPluginFolder()
  const { directory } = await add({ name: 'say', code, manifest: { contributes } })
  const write = async (): Promise<string[]> => Promise.all((await writeDescriptions(directory)).map((file) => readFile(file, 'utf8')))
  expect(await write()).toEqual(await write())
})

test('a plugin that fails to start is not described', async () => {
  const { add } = await createPluginFolder()
  const { directory } = await add({ name: 'say', code: 'export default { setup() { throw new Error("failed") } }' })
  await expect(writeDescriptions(directory)).rejects.toMatchObject({ code: 'PLUGIN_SETUP_FAILED' })
})

test('a plugin that is described is given no network and no secrets', async () => {
  const { add } = await createPluginFolder()
  const manifest = { permissions: { network: ['*'], environment: ['PATH'] } }
  const asks = `import { z } from 'zod'
export default {
  async setup(context) {
    if (context.secret('PATH') !== undefined) throw new Error('was given a secret')
    await context.fetch('http://127.0.0.1/').catch((error) => { throw new Error('asked the network: ' + error.message) })
    return { steps: [${stepCode('say')}] }
  },
}`
  const { directory } = await add({ name: 'say', code: asks, manifest })
  await expect(writeDescriptions(directory)).rejects.toThrow('asked the network: A plugin that is being described may not use the network')
})
