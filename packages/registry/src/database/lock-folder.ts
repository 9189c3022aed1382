import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PipewrightError } from '@pipewright/kernel/documents'

/**
 * Locks a folder for this process, since two on one embedded database lose rows silently. SQLite's own lock does it: the
 * operating system takes it away with the process, however that ends, so there are no left-over locks to guess about.
 * @returns what gives it free again
 * @throws STATE_UNWRITABLE when another process holds it, or the folder cannot be written
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const holderFile = join(folder, 'registry.pid')
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(folder, 'registry.lock'))
    lock.exec('begin exclusive')
    await writeFile(holderFile, String(process.pid))
  } catch (error) {
    lock?.close()
    const reason = error instanceof Error ? error.message : String(error)
    if (!reason.includes('locked'))
      throw new PipewrightError('STATE_UNWRITABLE', `The folder ${folder} cannot be written: ${reason}`, { cause: error })
    const holder = await readFile(holderFile, 'utf8').catch(() => '')
    throw new PipewrightError('STATE_UNWRITABLE', `The registry in ${folder} is in use by process ${holder || 'unknown'}.`, {
      hint: 'Stop that process first, or use a PostgreSQL database, which several can share.',
      details: { holder: holder || 'unknown' },
      cause: error,
    })
  }
  const held = lock
  return () => held.close()
}
