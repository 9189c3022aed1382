import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PipewrightError } from '../errors/pipewright-error.js'
import { writeWhole } from './write-whole.js'

export interface ReadStored {
  /** The file as messages name it. */
  readonly name: string
  readonly maxBytes: number
}

/** Keeps bytes under their content. Nothing is ever deleted or changed. */
export interface FileStore {
  /** @returns `sha256:` and the digest, under which the bytes are kept once. @throws STATE_UNWRITABLE */
  put(bytes: Uint8Array): Promise<string>
  /** @throws FILE_NOT_FOUND, FILE_TOO_LARGE, STATE_CORRUPT when what is there is no longer what was kept */
  get(file: string, options: ReadStored): Promise<Uint8Array>
}

/** Keeps files in a folder, which any number of processes may share, as `ab/cdef…` by their digest. */
export function createFileStore(folder: string): FileStore {
  const pathOf = (digest: string): string => join(folder, digest.slice(0, 2), digest.slice(2))
  return {
    async put(bytes) {
      const digest = digestOf(bytes)
      const path = pathOf(digest)
      if (!(await holds(path, digest, bytes.byteLength))) await writeForGood(path, bytes)
      return `sha256:${digest}`
    },
    async get(file, options) {
      const digest = parseDigest(file, options.name)
      const path = pathOf(digest)
      const handle = await open(path, 'r').catch((cause: unknown) => {
        throw hasCode(cause, 'ENOENT') ? notStored(options.name, cause) : unreadable(path, cause)
      })
      try {
        return await readVerified(handle, digest, path, options)
      } finally {
        await handle.close()
      }
    },
  }
}

/** Keeps files as long as the process lives. */
export function createMemoryFileStore(): FileStore {
  const stored = new Map<string, Uint8Array>()
  return {
    async put(bytes) {
      const digest = digestOf(bytes)
      if (!stored.has(digest)) stored.set(digest, Uint8Array.from(bytes))
      return `sha256:${digest}`
    },
    async get(file, options) {
      const bytes = stored.get(parseDigest(file, options.name))
      if (!bytes) throw notStored(options.name)
      mustFit(bytes.byteLength, options)
      return Uint8Array.from(bytes)
    },
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Whether a file is there and undamaged: one that is damaged is written again. */
async function holds(path: string, digest: string, bytes: number): Promise<boolean> {
  try {
    if ((await stat(path)).size !== bytes) return false
    const hash = createHash('sha256')
    for await (const piece of createReadStream(path)) hash.update(piece)
    return hash.digest('hex') === digest
  } catch {
    // Writing says what is wrong.
    return false
  }
}

/** Writes a file so that it, and the folders made for it, are still there after a power cut. */
async function writeForGood(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path)
  const made = await mkdir(folder, { recursive: true }).catch(() => undefined)
  await writeWhole(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 'overwrite', path)
  const outermost = made === undefined ? folder : dirname(made)
  for (let at = folder; ; at = dirname(at)) {
    await syncFolder(at)
    if (at === outermost || at === dirname(at)) return
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows, and some network file systems, cannot do this to folders; they write names by themselves.
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

const pieceBytes = 1024 * 1024

async function readVerified(handle: FileHandle, digest: string, path: string, options: ReadStored): Promise<Uint8Array> {
  const { size } = await handle.stat()
  mustFit(size, options)
  const bytes = Buffer.alloc(size)
  const hash = createHash('sha256')
  for (let at = 0; at < size;) {
    const { bytesRead } = await handle.read(bytes, at, Math.min(pieceBytes, size - at), at)
    if (bytesRead === 0) break
    hash.update(bytes.subarray(at, at + bytesRead))
    at += bytesRead
  }
  if (hash.digest('hex') === digest) return bytes
  throw new PipewrightError('STATE_CORRUPT', `The stored file ${options.name} is damaged: ${path} does not hold what was kept in it.`, {
    hint: 'Remove the file; it is written again when the step that made it runs again.',
    place: { file: path },
  })
}

/** @throws FILE_INVALID: the reference may come from anywhere, a model included */
function parseDigest(file: string, name: string): string {
  const digest = /^sha256:([0-9a-f]{64})$/.exec(file)?.[1]
  if (digest !== undefined) return digest
  throw new PipewrightError('FILE_INVALID', `${name} is no stored file: a reference is sha256: and 64 hexadecimal digits.`)
}

function mustFit(size: number, { name, maxBytes }: ReadStored): void {
  if (size <= maxBytes) return
  throw new PipewrightError(
    'FILE_TOO_LARGE',
    `The stored file ${name} has ${size.toLocaleString('en')} bytes; at most ${maxBytes.toLocaleString('en')} are read.`,
  )
}

function notStored(name: string, cause?: unknown): PipewrightError {
  return new PipewrightError('FILE_NOT_FOUND', `There is no stored file ${name}.`, {
    hint: 'A file by content can be read in the project whose step has stored it.',
    cause,
  })
}

function unreadable(path: string, cause: unknown): PipewrightError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new PipewrightError('STATE_UNWRITABLE', `The state in ${path} cannot be read: ${reason}`, { place: { file: path }, cause })
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code
}
