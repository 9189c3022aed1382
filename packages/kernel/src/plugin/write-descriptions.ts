import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { kernelVersion } from '../kernel-version.js'
import { activatePlugin } from './activate-plugin.js'
import { describeContribution } from './describe-contribution.js'
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
 * Starts a plugin with inert services and writes the description files that its manifest names.
 * @returns the files written
 */
export async function writeDescriptions(directory: string): Promise<string[]> {
  const manifest = await readManifest(directory, kernelVersion)
  const active = await activatePlugin({ directory, origin: 'project' }, manifest, inert, 10_000)
  const written: string[] = []
  for (const { kind, contribution } of active.contributions) {
    const file = manifest.contributes.find((entry) => entry.kind === kind && entry.id === contribution.id)?.description
    if (file === undefined) continue
    const path = join(directory, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `${JSON.stringify(describeContribution(kind, contribution), null, 1)}\n`)
    written.push(path)
  }
  await active.scope.dispose()
  return written
}
