import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { kernelVersion } from '../kernel-version.js'
import { createPluginActivator } from './create-plugin-host.js'
import { describeContribution, schemaOf } from './describe-contribution.js'
import { readManifest } from './read-manifest.js'
import { silentLogger, systemClock, type HostServices } from './services.js'

const inert: HostServices = {
  clock: systemClock,
  random: () => 0,
  fetch: () => Promise.reject(new Error('A plugin that is being described may not use the network.')),
  logger: silentLogger,
  environment: {},
}

/**
 * Starts a plugin with inert services and without configuration, and writes the files that its manifest names: the
 * description of each contribution, and the JSON Schema of its configuration. The same code always gives the same bytes.
 * @returns the files written
 */
export async function writeDescriptions(directory: string): Promise<string[]> {
  const manifest = await readManifest(directory, kernelVersion)
  const active = await createPluginActivator(inert).activate({ source: { directory, origin: 'project' }, manifest })
  try {
    const written: string[] = []
    const write = async (path: string, content: unknown): Promise<void> => {
      const file = join(directory, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, `${JSON.stringify(content, null, 2)}\n`)
      written.push(file)
    }
    for (const { kind, contribution } of active.contributions) {
      const declared = manifest.contributes.find((entry) => entry.kind === kind && entry.id === contribution.id)
      if (declared?.description !== undefined) await write(declared.description, describeContribution(kind, contribution))
    }
    if (manifest.config !== undefined && active.plugin.config) await write(manifest.config, schemaOf(active.plugin.config, 'input'))
    return written
  } finally {
    await active.dispose()
  }
}
