import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createPluginFolder, createTestHost, stepCode, stepPlugin } from './fixtures/plugin-folder.js'

const text = (part: string): string => expect.stringContaining(part) as string

describe('discovery', () => {
  test('runs no code of any plugin', async () => {
    const { root, add } = await createPluginFolder()
    const marker = join(root, 'ran')
    const code = `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(marker)}, '')\n${stepPlugin('say')}`
    const { host } = await createTestHost([await add({ name: 'say', code })])
    expect(host.ids('step')).toEqual(['say'])
    expect(host.ids('provider')).toEqual([])
    expect(host.list()).toMatchObject([{ name: 'say', version: '1.0.0', origin: 'project', activationMs: null }])
    expect([host.versionOf('step', 'say'), host.versionOf('step', 'shout')]).toEqual(['1.0.0', undefined])
    await expect(readFile(marker)).rejects.toThrow('ENOENT')
    await host.get('step', 'say')
    await expect(readFile(marker)).resolves.toBeDefined()
  })

  test('a broken plugin stops the load and is named', async () => {
    const { add } = await createPluginFolder()
    const sources = [await add({ name: 'good' }), await add({ name: 'broken', manifest: { kernel: '>=99' } }), await add({ name: 'fine' })]
    await expect(createTestHost(sources)).rejects.toMatchObject({ code: 'PLUGIN_INCOMPATIBLE', message: text('broken 1.0.0') })
  })

  test('a plugin that is given twice stops the load', async () => {
    const { add } = await createPluginFolder()
    const source = await add({ name: 'twice' })
    await expect(createTestHost([source, source])).rejects.toMatchObject({
      code: 'PLUGIN_DUPLICATE',
      message: text('twice is given twice'),
    })
  })

  test('a missing requirement stops the load', async () => {
    const { add } = await createPluginFolder()
    const source = await add({ name: 'user', manifest: { requires: { absent: '^1.0.0' } } })
    await expect(createTestHost([source])).rejects.toMatchObject({ code: 'PLUGIN_DEPENDENCY_MISSING', message: text('absent') })
  })

  test('a circle stops the load', async () => {
    const { add } = await createPluginFolder()
    const sources = [
      await add({ name: 'a', manifest: { requires: { b: '*' } } }),
      await add({ name: 'b', manifest: { requires: { a: '*' } } }),
    ]
    await expect(createTestHost(sources)).rejects.toMatchObject({ code: 'PLUGIN_CYCLE', message: text('a -> b -> a') })
  })
})

describe('activation', () => {
  test('gives the contribution, frozen', async () => {
    const { add } = await createPluginFolder()
    const { host } = await createTestHost([await add({ name: 'say' })])
    const step = await host.get('step', 'say')
    expect(step).toMatchObject({ id: 'say', summary: 'Says what it is given.' })
    expect(Object.isFrozen(step)).toBe(true)
    expect(await host.get('step', 'other')).toBeUndefined()
    expect(await host.get('guardrail', 'say')).toBeUndefined()
  })

  test('happens once, even when asked for from several sides at once', async () => {
    const { add } = await createPluginFolder()
    const { host, events } = await createTestHost([await add({ name: 'say' })])
    const steps = await Promise.all([host.get('step', 'say'), host.get('step', 'say'), host.describe('step', 'say'), host.activateAll()])
    expect(events).toEqual(['say: setup'])
    expect(await host.get('step', 'say')).toBe(steps[0])
    expect(host.list()[0]?.activationMs).toBeGreaterThanOrEqual(0)
  })

  test('comes after that of what is required, and of nothing else', async () => {
    const { add } = await createPluginFolder()
    const { host, events } = await createTestHost([
      await add({ name: 'top', manifest: { requires: { middle: '*' } } }),
      await add({ name: 'bystander' }),
      await add({ name: 'middle', manifest: { requires: { base: '^1.0.0' } } }),
      await add({ name: 'base' }),
    ])
    await Promise.all([host.get('step', 'top'), host.get('step', 'middle')])
    expect(events).toEqual(['base: setup', 'middle: setup', 'top: setup'])
  })

  test('in another host is another one', async () => {
    const { add } = await createPluginFolder()
    const source = await add({ name: 'say' })
    const [first, second] = [await createTestHost([source]), await createTestHost([source])]
    await Promise.all([first.host.get('step', 'say'), second.host.get('step', 'say')])
    await first.host.dispose()
    expect(first.events).toEqual(['say: setup', 'say: disposed'])
    expect(second.events).toEqual(['say: setup'])
  })

  test('follows the conditions of "exports", as Node does', async () => {
    const { add } = await createPluginFolder()
    const exports = { '.': { types: './index.d.ts', require: './wrong.cjs', browser: './wrong.js', import: { default: './lib/right.js' } } }
    const source = await add({
      name: 'say',
      code: 'throw new Error("wrong entry")',
      packageJson: { exports, main: 'index.js' },
      files: { 'lib/right.js': stepPlugin('say') },
    })
    const { host } = await createTestHost([source])
    expect(await host.get('step', 'say')).toBeDefined()
  })

  test('falls back to "main"', async () => {
    const { add } = await createPluginFolder()
    const packageJson = { exports: undefined, main: './lib/main' }
    const source = await add({
      name: 'say',
      code: 'throw new Error("wrong entry")',
      packageJson,
      files: { 'lib/main.js': stepPlugin('say') },
    })
    const { host } = await createTestHost([source])
    expect(await host.get('step', 'say')).toBeDefined()
  })

  test.each([
    ['is not there', './gone.js', 'its entry ./gone.js is not there'],
    ['lies outside the package', '../zod/index.js', 'lies outside the package'],
    ['is not exported', { './other': './index.js' }, 'exports nothing'],
  ])('of a plugin whose entry %s is refused', async (_what, exports, message) => {
    const { add } = await createPluginFolder()
    const { host } = await createTestHost([await add({ name: 'say', packageJson: { exports } })])
    await expect(host.get('step', 'say')).rejects.toMatchObject({ code: 'PLUGIN_MANIFEST_INVALID', message: text(message) })
  })
})

describe('a setup that fails', () => {
  const failing = async (inSetup: string, overrides = ''): Promise<Awaited<ReturnType<typeof createTestHost>>> => {
    const { add } = await createPluginFolder()
    const source = await add({ name: 'say', version: '1.2.3', code: stepPlugin('say', inSetup, overrides) })
    return createTestHost([source], { activationTimeoutMs: 300 })
  }

  test('by throwing is reported with the plugin, its version and the cause', async () => {
    const { host } = await failing(`throw new Error('no such model file')`)
    await expect(host.get('step', 'say')).rejects.toMatchObject({
      code: 'PLUGIN_SETUP_FAILED',
      message: 'say 1.2.3 failed to start: no such model file',
      place: { file: text('package.json') },
      cause: expect.objectContaining({ message: 'no such model file' }) as Error,
    })
  })

  test('has what it did undone, last first', async () => {
    const { host, events } = await failing(`
      context.onDispose(() => context.logger.info('closed the file'))
      throw new Error('failed')`)
    await expect(host.get('step', 'say')).rejects.toThrow('failed')
    expect(events).toEqual(['say: setup', 'say: closed the file', 'say: disposed'])
    await host.dispose()
    expect(events).toHaveLength(3)
  })

  test('and cannot be undone either is reported with both', async () => {
    const { host } = await failing(`
      context.onDispose(() => { throw new Error('still locked') })
      throw new Error('failed')`)
    const message = 'say 1.2.3 failed to start: failed Undoing what it had done failed too: still locked'
    await expect(host.get('step', 'say')).rejects.toMatchObject({ code: 'PLUGIN_SETUP_FAILED', message })
  })

  test('fails for everyone who asks, without another attempt', async () => {
    const { host, events } = await failing(`throw new Error('failed')`)
    await expect(host.get('step', 'say')).rejects.toThrow('failed')
    await expect(host.activateAll()).rejects.toThrow('failed')
    expect(events.filter((event) => event === 'say: setup')).toHaveLength(1)
  })

  test('by hanging is given up, and what it did is undone', async () => {
    const { host, events } = await failing('await new Promise(() => {})')
    await expect(host.get('step', 'say')).rejects.toMatchObject({
      code: 'PLUGIN_SETUP_TIMEOUT',
      message: 'say 1.2.3 did not start within 300 ms.',
    })
    expect(events).toEqual(['say: setup', 'say: disposed'])
  })

  test('by hanging while it is imported is given up', async () => {
    const { add } = await createPluginFolder()
    const source = await add({ name: 'say', code: `await new Promise((resolve) => setTimeout(resolve, 2000))\n${stepPlugin('say')}` })
    const { host } = await createTestHost([source], { activationTimeoutMs: 300 })
    await expect(host.get('step', 'say')).rejects.toMatchObject({ code: 'PLUGIN_SETUP_TIMEOUT' })
  })

  test('and goes on after it was given up has the rest undone too', async () => {
    const { host, events, warnings } = await failing(`
      await new Promise((resolve) => setTimeout(resolve, 600))
      context.onDispose(() => context.logger.info('late undo'))
      context.onDispose(() => { throw new Error('stuck') })`)
    await expect(host.get('step', 'say')).rejects.toMatchObject({ code: 'PLUGIN_SETUP_TIMEOUT' })
    await expect.poll(() => [events.at(-1), ...warnings]).toEqual(['say: late undo', 'say: undoing what a late setup did has failed'])
  })

  test('stops those that require it, and names it', async () => {
    const { add } = await createPluginFolder()
    const { host, events } = await createTestHost([
      await add({ name: 'base', code: stepPlugin('base', `throw new Error('failed')`) }),
      await add({ name: 'user', manifest: { requires: { base: '*' } } }),
    ])
    await expect(host.get('step', 'user')).rejects.toMatchObject({ code: 'PLUGIN_SETUP_FAILED', message: text('base 1.0.0') })
    expect(events).toEqual(['base: setup', 'base: disposed'])
  })

  test.each([
    ['that exports no plugin', 'export default 7', 'the default export of'],
    ['that has no default export', 'export const setup = () => ({})', 'the default export of'],
    ['that cannot be parsed', 'export default {', 'failed to start'],
    ['that imports what is not installed', `import 'not-installed'\nexport default {}`, 'not-installed'],
  ])('since it is of a module %s is reported', async (_what, code, message) => {
    const { add } = await createPluginFolder()
    const { host } = await createTestHost([await add({ name: 'say', code })])
    await expect(host.get('step', 'say')).rejects.toMatchObject({ code: 'PLUGIN_SETUP_FAILED', message: text(message) })
  })
})

describe('contributions are held against the manifest', () => {
  const plugin = (returned: string): string => `import { z } from 'zod'\nexport default { setup: () => (${returned}) }`

  test.each([
    [
      'one that is not declared',
      `{ steps: [${stepCode('say')}, ${stepCode('extra')}] }`,
      'the step "extra", which its manifest does not declare',
    ],
    ['one of another kind', `{ providers: [${stepCode('say')}] }`, 'the provider "say", which its manifest does not declare'],
    ['none', '{}', 'its manifest declares the step "say", which setup did not return'],
    ['one twice', `{ steps: [${stepCode('say')}, ${stepCode('say')}] }`, 'the step "say" twice'],
    ['one of another contract', `{ steps: [${stepCode('say', `contract: 'v2'`)}] }`, 'the step "say" says contract v2, its manifest v1'],
    ['one without its method', `{ steps: [${stepCode('say', 'run: undefined')}] }`, '"run": has to be a function'],
    ['one without its schema', `{ steps: [${stepCode('say', `input: { type: 'object' }`)}] }`, '"input": has to be a zod schema'],
    ['one that is nothing', '{ steps: [null] }', 'an entry of "steps" is not a step'],
    ['no list', `{ steps: ${stepCode('say')} }`, '"steps" has to be a list'],
    ['an unknown list', `{ stpes: [${stepCode('say')}] }`, '"stpes", which is no kind of contribution'],
    ['nothing', 'undefined', 'setup did not return its contributions'],
  ])('%s is a mismatch', async (_what, returned, message) => {
    const { add } = await createPluginFolder()
    const { host } = await createTestHost([await add({ name: 'say', code: plugin(returned) })])
    await expect(host.get('step', 'say')).rejects.toMatchObject({ code: 'PLUGIN_CONTRIBUTION_MISMATCH', message: text(message) })
  })
})

describe('configuration', () => {
  const code = `import { z } from 'zod'
export default {
  config: z.strictObject({ retries: z.int().default(2), nested: z.strictObject({ key: z.string() }).optional() }),
  setup({ logger }, config) {
    logger.info(JSON.stringify(config))
    return { steps: [${stepCode('say')}] }
  },
}`

  test('reaches setup as the schema reads it', async () => {
    const { add } = await createPluginFolder()
    const source = await add({ name: 'say', code })
    const { host, events } = await createTestHost([{ ...source, config: { nested: { key: 'a' } } }])
    await host.activateAll()
    expect(events).toEqual(['say: {"retries":2,"nested":{"key":"a"}}'])
  })

  test('may be left out when everything has a default', async () => {
    const { add } = await createPluginFolder()
    const { host, events } = await createTestHost([await add({ name: 'say', code })])
    await host.activateAll()
    expect(events).toEqual(['say: {"retries":2}'])
  })

  test('that does not fit is refused with its path, but not its value', async () => {
    const { add } = await createPluginFolder()
    const source = await add({ name: 'say', code })
    const { host, events } = await createTestHost([{ ...source, config: { retries: 'sk-secret', nested: { key: 1 } } }])
    const error = await host.get('step', 'say').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'PLUGIN_CONFIG_INVALID', message: text('"retries"'), hint: text('pipewright.yaml') })
    expect(error).toMatchObject({ message: text('"nested.key"') })
    expect(String(error)).not.toContain('sk-secret')
    expect(events).toEqual([])
  })

  test('for a plugin that takes none is refused', async () => {
    const { add } = await createPluginFolder()
    const { host } = await createTestHost([{ ...(await add({ name: 'say' })), config: { a: 1 } }])
    await expect(host.get('step', 'say')).rejects.toMatchObject({ code: 'PLUGIN_CONFIG_INVALID', message: 'say takes no configuration.' })
  })
})

describe('disposal', () => {
  test('undoes what was started last first, and only what was started', async () => {
    const { add } = await createPluginFolder()
    const { host, events } = await createTestHost([
      await add({ name: 'a' }),
      await add({ name: 'idle' }),
      await add({ name: 'b', manifest: { requires: { a: '*' } } }),
      await add({ name: 'c' }),
    ])
    await host.get('step', 'c')
    await host.get('step', 'b')
    await Promise.all([host.dispose(), host.dispose()])
    expect(events).toEqual(['c: setup', 'a: setup', 'b: setup', 'b: disposed', 'a: disposed', 'c: disposed'])
  })

  test('waits for what is starting, and lets nothing start afterwards', async () => {
    const { add } = await createPluginFolder()
    const slow = stepPlugin('slow', 'await new Promise((resolve) => setTimeout(resolve, 50))')
    const { host, events } = await createTestHost([await add({ name: 'slow', code: slow }), await add({ name: 'later' })])
    const starting = host.get('step', 'slow')
    await host.dispose()
    await starting
    expect(events).toEqual(['slow: setup', 'slow: disposed'])
    await expect(host.get('step', 'later')).rejects.toThrow('disposed')
  })

  test('goes on after an undo that fails, and reports it', async () => {
    const { add } = await createPluginFolder()
    const { host, events } = await createTestHost([
      await add({ name: 'a' }),
      await add({ name: 'b', code: stepPlugin('b', `context.onDispose(() => { throw new Error('stuck') })`) }),
    ])
    await host.activateAll()
    await expect(host.dispose()).rejects.toThrow(AggregateError)
    expect(events.slice(2)).toEqual(['b: disposed', 'a: disposed'])
  })
})

describe('descriptions', () => {
  const described = { contributes: [{ kind: 'step', id: 'say', contract: 'v1', description: './say.json' }] }
  const description = {
    kind: 'step',
    id: 'say',
    summary: 'As the file says.',
    input: { type: 'object' },
    output: {},
    deterministic: true,
    safeToRepeat: true,
    usesModel: false,
    estimates: false,
    class: 'analysis',
  }

  test('come from the file without running code', async () => {
    const { add } = await createPluginFolder()
    const files = { 'say.json': JSON.stringify(description) }
    const { host, events } = await createTestHost([await add({ name: 'say', manifest: described, files })])
    expect(await host.describe('step', 'say')).toEqual(description)
    expect(events).toEqual([])
    expect(await host.describe('step', 'other')).toBeUndefined()
  })

  test('are derived from the code of a plugin that ships none', async () => {
    const { add } = await createPluginFolder()
    const { host } = await createTestHost([await add({ name: 'say' })])
    expect(await host.describe('step', 'say')).toEqual({
      ...description,
      summary: 'Says what it is given.',
      input: {
        type: 'object',
        properties: { text: { type: 'string', description: 'What to say.' } },
        required: ['text'],
        additionalProperties: false,
      },
      output: { type: 'string' },
    })
  })

  test.each([
    ['is not there', undefined, 'ENOENT'],
    ['is not JSON', '{', 'JSON'],
    ['lacks a field', JSON.stringify({ ...description, input: undefined }), '"input"'],
    ['is of another kind', JSON.stringify({ kind: 'store', id: 'say' }), '"kind"'],
    ['is of another step', JSON.stringify({ ...description, id: 'other' }), 'it is of "other"'],
    ['is too large', JSON.stringify({ ...description, summary: 'x'.repeat(1024 * 1024) }), 'more than'],
  ])('whose file %s are refused', async (_what, file, message) => {
    const { add } = await createPluginFolder()
    const files = file === undefined ? {} : { 'say.json': file }
    const { host } = await createTestHost([await add({ name: 'say', manifest: described, files })])
    await expect(host.describe('step', 'say')).rejects.toMatchObject({
      code: 'PLUGIN_MANIFEST_INVALID',
      message: text(message),
      hint: text('pipewright plugin describe'),
      place: { file: text('say.json') },
    })
  })

  test('that a link leads out of the package to are refused', async () => {
    const { root, add } = await createPluginFolder()
    await mkdir(join(root, 'private'))
    await writeFile(join(root, 'private', 'say.json'), JSON.stringify(description))
    const source = await add({ name: 'say', manifest: described })
    await symlink(join(root, 'private', 'say.json'), join(source.directory, 'say.json'))
    const { host } = await createTestHost([source])
    await expect(host.describe('step', 'say')).rejects.toMatchObject({ message: text('it lies outside the package') })
  })
})
