import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from './run.mjs'

/** The checkout's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The Node that the lockfile pins; on a platform that it has none for, the one that runs this, if it is new enough. */
export function checkoutNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const pinned = join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', platform === 'win' ? 'node.exe' : 'node')
  if (existsSync(pinned)) return pinned
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  throw new Failure(
    `Node ${process.versions.node} is too old, and none is pinned for ${process.platform} on ${process.arch}: install Node 22.18 or newer from https://nodejs.org.`,
  )
}
