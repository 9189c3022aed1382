// Writes the description files of the built-in plugins, from their code: part of every build.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDescriptions } from '../packages/kernel/dist/index.js'

const folder = join(import.meta.dirname, '../packages/plugins')
for (const name of (await readdir(folder)).toSorted()) await writeDescriptions(join(folder, name))
