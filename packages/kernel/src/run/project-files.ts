import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, extname, join, relative, resolve, sep } from 'node:path'
import { PipewrightError } from '../errors/pipewright-error.js'
import { isInside } from '../plugin/inside.js'
import type { ProjectFile, StepFiles } from '../points/step.js'

const defaultMaxBytes = 64 * 1024 * 1024

/** The files that a run may touch: those under the project's root, and those outside that the user named. */
export class ProjectFiles implements StepFiles {
  private readonly root: string
  private readonly granted: ReadonlySet<string>

  /** @param granted absolute paths outside the project that may be read */
  constructor(root: string, granted: readonly string[] = []) {
    this.root = root
    this.granted = new Set(granted.map((path) => resolve(path)))
  }

  /** The absolute path of a file of the project, whether it exists or not. @throws FILE_OUTSIDE_PROJECT */
  async locate(path: string): Promise<string> {
    const absolute = resolve(this.root, path)
    await this.mustLieInside(absolute, path)
    return absolute
  }

  async read(path: string, options: { readonly maxBytes?: number } = {}): Promise<ProjectFile> {
    const absolute = resolve(this.root, path)
    const limit = options.maxBytes ?? defaultMaxBytes
    await this.mayRead(absolute, path)
    const info = await stat(absolute).catch((error: unknown) => {
      throw notFound(path, error)
    })
    if (!info.isFile()) throw new PipewrightError('FILE_NOT_FOUND', `${path} is not a file.`)
    if (info.size > limit) {
      throw new PipewrightError(
        'FILE_TOO_LARGE',
        `${path} has ${info.size.toLocaleString('en')} bytes; at most ${limit.toLocaleString('en')} are read.`,
      )
    }
    return { path: this.shown(absolute), bytes: await readFile(absolute) }
  }

  async write(
    path: string,
    content: string | Uint8Array,
    options: { readonly ifExists?: 'number' | 'overwrite' | 'fail' } = {},
  ): Promise<string> {
    const target = await this.locate(path)
    const bytes = Buffer.from(content)
    const free = await this.freePath(target, bytes, options.ifExists ?? 'number')
    if (free.same) return this.shown(free.path)
    await writeWhole(free.path, bytes, path)
    return this.shown(free.path)
  }

  private async freePath(
    target: string,
    bytes: Buffer,
    ifExists: 'number' | 'overwrite' | 'fail',
  ): Promise<{ path: string; same: boolean }> {
    for (let count = 1; ; count++) {
      const extension = extname(target)
      const candidate = count === 1 ? target : `${target.slice(0, target.length - extension.length)}-${count}${extension}`
      const standing = await readFile(candidate).catch(() => null)
      if (standing === null) return { path: candidate, same: false }
      if (standing.equals(bytes)) return { path: candidate, same: true }
      if (ifExists === 'overwrite') return { path: candidate, same: false }
      if (ifExists === 'fail')
        throw new PipewrightError('FILE_INVALID', `${this.shown(target)} exists already.`, {
          hint: 'Name another file, or set if_exists: overwrite.',
        })
    }
  }

  private async mayRead(absolute: string, shown: string): Promise<void> {
    if (this.granted.has(absolute)) return
    await this.mustLieInside(absolute, shown)
  }

  /** Symbolic links are followed before the question is answered, those of folders above a file yet to be made too. */
  private async mustLieInside(absolute: string, shown: string): Promise<void> {
    const root = await realpath(this.root)
    if (!isInside(root, await realExisting(absolute))) throw outside(shown)
  }

  private shown(absolute: string): string {
    const path = relative(this.root, absolute)
    return isInside(this.root, absolute) ? path.split(sep).join('/') : absolute
  }
}

async function realExisting(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(await realExisting(parent), path.slice(parent.length))
  }
}

function outside(path: string): PipewrightError {
  return new PipewrightError('FILE_OUTSIDE_PROJECT', `${path} lies outside the project.`, { details: { path } })
}

function notFound(path: string, cause: unknown): PipewrightError {
  return new PipewrightError('FILE_NOT_FOUND', `There is no file ${path}.`, { cause })
}

/** Through a temporary file beside it, so that nobody ever sees half of it. */
async function writeWhole(path: string, bytes: Buffer, shown: string): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`)
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    const reason = error instanceof Error ? error.message : String(error)
    throw new PipewrightError('STATE_UNWRITABLE', `${shown} could not be written: ${reason}`, { cause: error })
  }
}
