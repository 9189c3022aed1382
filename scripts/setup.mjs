// Makes a fresh clone ready on any machine with Node and npm: installs what the lockfile pins, builds, and goes on with
// scripts/<argument>.mjs under the checkout's own Node. Uses nothing but Node itself, and nothing newer than Node 18.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './lib/build.mjs'
import { checkoutNode, root } from './lib/checkout.mjs'
import { install } from './lib/install.mjs'
import { Failure } from './lib/run.mjs'

const [next, ...rest] = process.argv.slice(2)

try {
  await install()
  await build({ force: next === '--build' })
  if (next !== undefined && next !== '--build') process.exitCode = await goOn(next, rest)
} catch (error) {
  if (!(error instanceof Failure)) throw error
  process.stderr.write(`\n${error.message}\n`)
  process.exitCode = 1
}

/** Runs a script to its end. @returns its exit code */
async function goOn(name, scriptArguments) {
  const script = join(root, 'scripts', `${name}.mjs`)
  if (!existsSync(script)) throw new Failure(`There is no script scripts/${name}.mjs.`)
  const child = spawn(checkoutNode(), [script, ...scriptArguments], { stdio: 'inherit', env: { ...process.env, PATH: pathWithTools() } })
  // The terminal sends an interrupt to both: the script decides how to end. Anything else is passed on.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}

function pathWithTools() {
  const separator = process.platform === 'win32' ? ';' : ':'
  return `${join(root, 'node_modules', '.bin')}${separator}${process.env.PATH ?? ''}`
}
