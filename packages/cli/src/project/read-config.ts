import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PipewrightError } from '@pipewright/kernel'
import type { ProjectConfig } from './config-schema.js'

const configName = 'pipewright.yaml'
const maxBytes = 1024 * 1024

/** The nearest folder upwards with a pipewright.yaml, else the folder itself. */
export async function findProjectRoot(from: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    const info = await stat(join(folder, configName)).catch(() => null)
    if (info?.isFile()) return folder
    if (folder === dirname(folder)) return from
  }
}

/** The project's configuration; empty without a file. @throws CONFIG_INVALID with the place */
export async function readConfig(root: string): Promise<ProjectConfig> {
  const file = join(root, configName)
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return {}
  if (text.length > maxBytes) throw new PipewrightError('CONFIG_INVALID', `${configName} is larger than a megabyte.`, { place: { file } })
  // Loaded only now: a project without a configuration, or with an empty one, needs none of it.
  if (text.trim() === '') return {}
  const { parseConfig } = await import('./parse-config.js')
  return parseConfig(text, file)
}
