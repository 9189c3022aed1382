// The main job, end to end: a registry, a requirement, a pipeline, a run. `npm start -- "your requirement"`.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { root } from './lib/checkout.mjs'

const binary = join(root, 'node_modules', '.bin', 'pipewright')
const child = spawn(binary, ['tour', ...process.argv.slice(2)], { stdio: 'inherit', cwd: root, shell: process.platform === 'win32' })
process.on('SIGINT', () => {})
child.once('exit', (code, signal) => (process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)))
