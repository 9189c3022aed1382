// Measures a part of the product beside its peers and its limits: `npm run bench -- engine`, with `--json` for programs. The
// peers are in a package of their own, test/bench, which is installed only here.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { root } from './lib/checkout.mjs'
import { install } from './lib/install.mjs'
import { Failure } from './lib/run.mjs'

const folder = join(root, 'test', 'bench')

try {
  await install(folder, 'peers to measure against')
  const main = join(folder, 'src', 'main.ts')
  const child = spawn(process.execPath, [main, ...process.argv.slice(2)], { stdio: 'inherit', cwd: root })
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.once('exit', (code, signal) => (process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)))
} catch (error) {
  if (!(error instanceof Failure)) throw error
  process.stderr.write(`\n${error.message}\n`)
  process.exitCode = 1
}
