import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readPackageFolder } from '@pipewright/catalogue'
import { computeIntegrity, PipewrightError } from '@pipewright/kernel'
import { readPluginListing } from './read-plugin-listing.js'
import type { Publication } from './registry-client.js'

/** What a folder is published as: a template or component by its document, else a plugin by its package.json. @throws PACKAGE_INVALID */
export async function readPublication(directory: string): Promise<Publication> {
  const has = (file: string): Promise<boolean> =>
    stat(join(directory, file)).then(
      () => true,
      () => false,
    )
  const hasDocument = (await has('pipeline.yaml')) || (await has('component.yaml'))
  const { manifest, files } =
    !hasDocument && (await has('package.json')) ? await readPluginListing(directory) : await readPackageFolder(directory)
  if (!/^@[^/]+\/[^/]+$/.test(manifest.name))
    throw new PipewrightError('PACKAGE_INVALID', `A published package has a full name, not "${manifest.name}".`, {
      hint: `Call it "@your-scope/${manifest.name}".`,
    })
  return { manifest, files, integrity: computeIntegrity(files) }
}
