// Writes the description files of the built-in plugins, from their code: part of every build.
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { PipewrightError, writeDescriptions } from '@pipewright/kernel'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'packages', 'plugins')

for (const name of (await readdir(folder)).toSorted()) {
  try {
    await writeDescriptions(join(folder, name))
  } catch (error) {
    // The others are described all the same, so that one build shows everything that is wrong.
    if (!PipewrightError.isInstance(error)) throw error
    const place = error.place ? ` (${relative(root, error.place.file)})` : ''
    process.stderr.write(`${error.code}: ${error.message}${place}\n  ${error.hint}\n`)
    process.exitCode = 1
  }
}
