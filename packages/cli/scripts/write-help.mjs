// Writes bundle/help.txt, what `pipewright --help` prints where no terminal says how wide: part of every build.
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const file = join(root, 'bundle', 'help.txt')

rmSync(file, { force: true })
writeFileSync(file, execFileSync(process.execPath, [join(root, 'bin', 'pipewright.js'), '--help']))
