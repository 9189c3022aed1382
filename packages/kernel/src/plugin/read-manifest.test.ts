import { describe, expect, test } from 'vitest'
import { join } from 'node:path'
import { createPluginFolder, type PluginPackage } from './fixtures/plugin-folder.js'
import { readManifest } from './read-manifest.js'

const step = { kind: 'step', id: 'say', contract: 'v1' }

async function read(plugin: Omit<PluginPackage, 'name'>, kernel = '0.1.0'): Promise<unknown> {
  const { add } = await createPluginFolder()
  const { directory } = await add({ name: 'say', ...plugin })
  return readManifest(directory, kernel)
}

test('a manifest is read with what package.json adds to it and with its defaults', async () => {
  expect(await read({ version: '2.1.0', manifest: { kernel: '^0.1.0', contributes: [step] } })).toEqual({
    name: 'say',
    version: '2.1.0',
    kernel: '^0.1.0',
    contributes: [step],
    requires: {},
    permissions: { network: [], environment: [], files: [], subprocesses: [] },
  })
})

describe.each<[string, Omit<PluginPackage, 'name'>, string]>([
  ['no "pipewright" block', { manifest: null }, 'is not a plugin'],
  ['a version that is none', { version: 'one' }, '"one" is not a semantic version'],
  ['text that is not JSON', { files: { 'package.json': '{' } }, 'is not JSON'],
  ['JSON that is no object', { files: { 'package.json': '[]' } }, 'is not right'],
  ['no name', { packageJson: { name: undefined } }, '"name"'],
  ['a kernel range that is none', { manifest: { kernel: 'newest' } }, '"newest" is not a version range'],
  ['no kernel range', { manifest: { kernel: undefined } }, '"kernel"'],
  ['no contribution', { manifest: { contributes: [] } }, '"contributes"'],
  ['a kind that does not exist', { manifest: { contributes: [{ ...step, kind: 'stpe' }] } }, '"contributes.0.kind"'],
  ['an id with capitals', { manifest: { contributes: [{ ...step, id: 'Say' }] } }, '"contributes.0.id"'],
  ['no contract', { manifest: { contributes: [{ kind: 'step', id: 'say' }] } }, '"contributes.0.contract"'],
  ['a key that does not exist', { manifest: { contributions: [] } }, 'Unrecognized key: "contributions"'],
  ['a required range that is none', { manifest: { requires: { other: 'x.y' } } }, '"x.y" is not a version range'],
  ['a URL where a host belongs', { manifest: { permissions: { network: ['https://a.example/v1'] } } }, '"permissions.network.0"'],
  ['a variable that is none', { manifest: { permissions: { environment: ['A-KEY'] } } }, '"permissions.environment.0"'],
  [
    'a description outside the package',
    { manifest: { contributes: [{ ...step, description: '../../other/package.json' }] } },
    '../../other/package.json lies outside the package',
  ],
  ['a configuration schema outside the package', { manifest: { config: '../config.json' } }, '../config.json lies outside the package'],
])('%s', (_what, plugin, message) => {
  test('is refused, with the file and the way out', async () => {
    await expect(read(plugin)).rejects.toMatchObject({
      code: 'PLUGIN_MANIFEST_INVALID',
      message: expect.stringContaining(message) as string,
      hint: expect.stringMatching(/\w+/) as string,
      place: { file: expect.stringMatching(/say.package\.json$/) as string },
    })
  })
})

test('a mistyped key is answered with the right one', async () => {
  await expect(read({ manifest: { contributs: [] } })).rejects.toMatchObject({ hint: 'Did you mean "contributes"?' })
})

test('a package.json too large to be one is not read', async () => {
  const packageJson = { filler: 'x'.repeat(1024 * 1024) }
  await expect(read({ packageJson })).rejects.toMatchObject({
    code: 'PLUGIN_MANIFEST_INVALID',
    message: expect.stringContaining('may have') as string,
  })
})

test('a folder without a package is named', async () => {
  const { root } = await createPluginFolder()
  const directory = join(root, 'nothing')
  await expect(readManifest(directory, '0.1.0')).rejects.toMatchObject({
    code: 'PLUGIN_NOT_FOUND',
    message: expect.stringContaining(directory) as string,
  })
})

test('a plugin for another kernel is refused with both versions', async () => {
  await expect(read({ version: '3.0.0', manifest: { kernel: '^2.0.0' } })).rejects.toMatchObject({
    code: 'PLUGIN_INCOMPATIBLE',
    message: 'say 3.0.0 works with kernel ^2.0.0; this is kernel 0.1.0.',
  })
})

test('a pre-release of a fitting kernel is accepted', async () => {
  await expect(read({ manifest: { kernel: '>=1.0.0-0 <2' } }, '1.0.0-beta.1')).resolves.toMatchObject({ name: 'say' })
})

test('a contribution of another contract is refused with those accepted', async () => {
  await expect(read({ manifest: { contributes: [{ ...step, contract: 'v9' }] } })).rejects.toMatchObject({
    code: 'PLUGIN_INCOMPATIBLE',
    message: 'say contributes step "say" under contract v9; this kernel accepts v1.',
  })
})
