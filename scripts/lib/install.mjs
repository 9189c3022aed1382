import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './checkout.mjs'
import { Failure, run, withProgress } from './run.mjs'

/**
 * Installs what a folder's lockfile pins, unless that has been done since it last changed.
 * @param folder of a pnpm workspace: the checkout, or one that stands on its own in it
 * @param what it is called while it goes on
 */
export async function install(folder = root, what = 'dependencies') {
  const stamp = join(folder, 'node_modules', '.setup-lockfile')
  const wanted = lockfileHash(folder)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const manager = packageManager.replace(/\+.*$/, '')
  const { code, output } = await withProgress(`Installing ${what}`, () => npx(['-y', manager, 'install', '--frozen-lockfile'], folder))
  if (code !== 0) throw new Failure(explain(output))
  writeFileSync(stamp, wanted)
}

function lockfileHash(folder) {
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(folder, file)))
  return hash.digest('hex')
}

async function npx(npxArguments, cwd) {
  // On Windows npx is a script, which only a shell starts; nothing in the arguments comes from outside.
  const isWindows = process.platform === 'win32'
  try {
    // CI: never ask, there may be nobody to answer.
    return await run(isWindows ? 'npx.cmd' : 'npx', npxArguments, { cwd, shell: isWindows, env: { ...process.env, CI: 'true' } })
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    throw new Failure('npm is missing: install Node with npm from https://nodejs.org, then run this again.')
  }
}

function explain(output) {
  const last = output.trim().split('\n').slice(-15).join('\n')
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(output)) {
    return `The dependencies could not be fetched: the package registry is not reachable. Check the network or npm's proxy settings.\n\n${last}`
  }
  if (output.includes('ERR_PNPM_OUTDATED_LOCKFILE')) {
    return `pnpm-lock.yaml does not match a package.json: run \`npx pnpm install\` and commit the lockfile.\n\n${last}`
  }
  if (/ENOSPC/.test(output)) return `The disk is full.\n\n${last}`
  return `The dependencies could not be installed:\n\n${last}`
}
