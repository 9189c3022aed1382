import { readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PipewrightError } from '../errors/pipewright-error.js'
import type { Description } from '../points/description.js'
import { descriptionSchemas } from './description-schema.js'
import { inputIssues } from './input-issues.js'
import { isInside } from './inside.js'
import type { InstalledPlugin } from './installed-plugin.js'
import type { ContributionKind } from './manifest.js'

const maxBytes = 1024 * 1024

/** The description of a contribution from the file that its manifest names. @throws PLUGIN_MANIFEST_INVALID */
export async function readDescription(
  { source, manifest }: InstalledPlugin,
  kind: ContributionKind,
  id: string,
  path: string,
): Promise<Description> {
  const file = join(source.directory, path)
  const invalid = (reason: string, cause?: unknown): PipewrightError =>
    new PipewrightError('PLUGIN_MANIFEST_INVALID', `${manifest.name}: ${path} does not describe its ${kind} "${id}": ${reason}.`, {
      hint: 'Build the plugin and run `pipewright plugin describe` in its folder, which writes the file.',
      place: { file },
      ...(cause === undefined ? {} : { cause }),
    })
  const json = await readInside(source.directory, file).catch((error: unknown) => {
    throw invalid(error instanceof Error ? error.message : String(error), error)
  })
  const parsed = descriptionSchemas[kind].safeParse(json)
  if (!parsed.success) throw invalid(inputIssues(parsed.error))
  if (parsed.data.id !== id) throw invalid(`it is of "${parsed.data.id}"`)
  return parsed.data
}

/** Links are followed first: a link in a package must not lead out of it. */
async function readInside(directory: string, file: string): Promise<unknown> {
  const real = await realpath(file)
  if (!isInside(await realpath(directory), real)) throw new Error('it lies outside the package')
  const { size } = await stat(real)
  if (size > maxBytes) throw new Error(`it has ${size} bytes, more than ${maxBytes}`)
  return JSON.parse(await readFile(real, 'utf8'))
}
