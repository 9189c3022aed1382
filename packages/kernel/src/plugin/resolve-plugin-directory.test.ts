import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createPluginFolder } from './fixtures/plugin-folder.js'
import { resolvePluginDirectory } from './resolve-plugin-directory.js'

test('a plugin is found in the nearest node_modules upwards', async () => {
  const { root, add } = await createPluginFolder()
  await add({ name: '@acme/pipewright-step' })
  const deep = join(root, 'a', 'b')
  await mkdir(deep, { recursive: true })
  expect(await resolvePluginDirectory('@acme/pipewright-step', deep)).toBe(join(root, 'node_modules/@acme/pipewright-step'))
})

test('one that is not installed is named, with the nearest plugin that is', async () => {
  const { root, add } = await createPluginFolder()
  await add({ name: 'weather-steps' })
  await add({ name: 'wether-steps', manifest: null })
  await expect(resolvePluginDirectory('wether-stepz', root)).rejects.toMatchObject({
    code: 'PLUGIN_NOT_FOUND',
    message: `The plugin wether-stepz is not installed for ${root}.`,
    hint: 'Did you mean "weather-steps"?',
  })
})

test('one that resembles nothing installed is to be installed', async () => {
  const { root } = await createPluginFolder()
  await expect(resolvePluginDirectory('weather', root)).rejects.toMatchObject({ hint: 'Install it: npm install weather' })
})

test.each(['../outside', '/etc', '@a/../../b', '.', '..', '@acme/..', 'a/b/c', ''])('the name %o leads nowhere', async (name) => {
  const { root } = await createPluginFolder()
  await expect(resolvePluginDirectory(name, root)).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' })
})
