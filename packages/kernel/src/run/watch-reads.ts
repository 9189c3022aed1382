import { createHash } from 'node:crypto'
import type { MemoRead } from '../points/memo-store.js'
import type { ProjectFile, StepFiles } from '../points/step.js'

/** A step's files, and what it has read of them so far. */
export interface WatchedFiles {
  readonly files: StepFiles
  /** Every file read, once; null when one has changed in between, so that nobody can say what the step made something of. */
  reads(): readonly MemoRead[] | null
}

/** Takes down which files a step reads, and what they hold. Files that are passed by content never change and do not count. */
export function watchReads(files: StepFiles): WatchedFiles {
  const seen = new Map<string, string | null>()
  let hasChanged = false
  const note = (path: string, sha256: string | null): void => {
    if (seen.has(path) && seen.get(path) !== sha256) hasChanged = true
    seen.set(path, sha256)
  }
  const read = async (file: Parameters<StepFiles['read']>[0], options?: Parameters<StepFiles['read']>[1]): Promise<ProjectFile> => {
    if (typeof file !== 'string') return files.read(file, options)
    try {
      const found = await files.read(file, options)
      note(file, digest(found.bytes))
      return found
    } catch (error) {
      note(file, null)
      throw error
    }
  }
  return {
    files: {
      read,
      list(pattern) {
        // Which files there are is nothing that could be compared later.
        hasChanged = true
        return files.list(pattern)
      },
      write: (...given) => files.write(...given),
      store: (...given) => files.store(...given),
    },
    reads: () => (hasChanged ? null : [...seen].map(([path, sha256]) => ({ path, sha256 }))),
  }
}

/** The digest of a file as it is now; null when a step could not read it. */
export async function digestFile(files: StepFiles, path: string): Promise<string | null> {
  try {
    return digest((await files.read(path)).bytes)
  } catch {
    return null
  }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
