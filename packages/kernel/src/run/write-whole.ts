import { randomUUID } from 'node:crypto'
import { constants, copyFile, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { PipewrightError } from '../errors/pipewright-error.js'

/**
 * Writes a file through a temporary one beside it, so that nobody ever sees half of it.
 * @param ifExists what becomes of another content that stands there: it is kept and the new file numbered, replaced, or an error
 * @param shown the path as messages name it
 * @returns the path written, or that of a file with the same content
 * @throws FILE_INVALID, STATE_UNWRITABLE
 */
export async function writeWhole(target: string, bytes: Buffer, ifExists: 'number' | 'overwrite' | 'fail', shown: string): Promise<string> {
  try {
    await mkdir(dirname(target), { recursive: true })
    return await writeBeside(target, bytes, ifExists, shown)
  } catch (error) {
    if (PipewrightError.isInstance(error)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new PipewrightError('STATE_UNWRITABLE', `${shown} could not be written: ${reason}`, { cause: error })
  }
}

async function writeBeside(target: string, bytes: Buffer, ifExists: 'number' | 'overwrite' | 'fail', shown: string): Promise<string> {
  const temporary = join(dirname(target), `.${randomUUID()}.tmp`)
  try {
    await writeDurably(temporary, bytes)
    if (ifExists !== 'overwrite') return await place(temporary, target, bytes, ifExists, shown)
    await rename(temporary, target)
    return target
  } finally {
    await rm(temporary, { force: true })
  }
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Gives the finished file its name. A link, other than a rename, never takes the place of what another step wrote meanwhile. */
async function place(temporary: string, target: string, bytes: Buffer, ifExists: 'number' | 'fail', shown: string): Promise<string> {
  for (let count = 1; ; count++) {
    const candidate = numbered(target, count)
    if ((await isPlaced(link(temporary, candidate))) ?? (await isPlaced(copyFile(temporary, candidate, constants.COPYFILE_EXCL))))
      return candidate
    if (await holds(candidate, bytes)) return candidate
    if (ifExists === 'fail')
      throw new PipewrightError('FILE_INVALID', `${shown} exists already.`, { hint: 'Name another file, or set if_exists: overwrite.' })
  }
}

/** @returns false when something stands there already, null when the file system knows no links */
async function isPlaced(placing: Promise<void>): Promise<boolean | null> {
  try {
    await placing
    return true
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST') return false
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'EOPNOTSUPP' || code === 'ENOSYS') return null
    throw error
  }
}

function numbered(target: string, count: number): string {
  if (count === 1) return target
  const extension = extname(target)
  return join(dirname(target), `${basename(target, extension)}-${count}${extension}`)
}

/** Whether a file has this content already. One that cannot be read is taken for another. */
async function holds(path: string, bytes: Buffer): Promise<boolean> {
  const standing = await readFile(path).catch(() => null)
  return standing?.equals(bytes) ?? false
}

function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
