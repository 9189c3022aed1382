import { readFile, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { PipewrightError } from '../errors/pipewright-error.js'
import { isInside } from '../plugin/inside.js'
import type { FileValue, ProjectFile, StepFiles } from '../points/step.js'
import { createMemoryFileStore, type FileStore } from './file-store.js'
import { writeWhole } from './write-whole.js'

const defaultMaxBytes = 64 * 1024 * 1024
const maxStoredBytes = 256 * 1024 * 1024
const longestName = 255
/** What a pattern never finds. */
const hidden = ['**/node_modules/**', '.pipewright/**', '.git/**']
/** Files of the project's root that decide what its pipelines may do. */
const projectFiles = new Set(['pipewright.yaml', 'pipewright.lock'])

export interface ProjectFilesOptions {
  /** Where files are kept by their content. Default: in memory. */
  readonly store?: FileStore
  /** Absolute paths of files that steps may neither read nor write, wherever they lie: those with the project's secrets. */
  readonly withheld?: readonly string[]
}

/** The files that a run may touch: those under the project's root, and those outside that the user named. */
export class ProjectFiles implements StepFiles {
  private readonly root: string
  private readonly granted: ReadonlySet<string>
  private readonly stored: FileStore
  private readonly withheld: readonly string[]

  /** @param granted absolute paths outside the project that may be read */
  constructor(root: string, granted: readonly string[] = [], { store, withheld }: ProjectFilesOptions = {}) {
    this.root = root
    this.granted = new Set(granted.map((path) => resolve(path)))
    this.stored = store ?? createMemoryFileStore()
    this.withheld = withheld ?? []
  }

  /**
   * The absolute path of a file of the project, whether it exists or not.
   * @param shown the path as messages name it
   * @throws FILE_OUTSIDE_PROJECT
   */
  async locate(path: string, shown: string = path): Promise<string> {
    const absolute = resolve(this.root, path)
    await this.mustLieInside(absolute, shown)
    return absolute
  }

  async read(file: string | FileValue, options: { readonly maxBytes?: number } = {}): Promise<ProjectFile> {
    const limit = options.maxBytes ?? defaultMaxBytes
    if (typeof file !== 'string') {
      const name = plainName(file.name)
      return { path: name, bytes: await this.stored.get(file.file, { name, maxBytes: limit }) }
    }
    const path = file
    const absolute = resolve(this.root, path)
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

  async list(pattern: string): Promise<readonly string[]> {
    if (isAbsolute(pattern) || pattern.split(/[/\\]/).includes('..')) throw outside(pattern)
    const { glob } = await import('tinyglobby')
    const found = await glob(pattern, { cwd: this.root, ignore: hidden, followSymbolicLinks: false, expandDirectories: false })
    return found.toSorted()
  }

  async write(
    path: string,
    content: string | Uint8Array,
    options: { readonly ifExists?: 'number' | 'overwrite' | 'fail' } = {},
  ): Promise<string> {
    const target = await this.locate(path)
    await this.mustBeWritable(target, path)
    const ifExists = options.ifExists ?? 'number'
    return this.shown(await writeWhole(target, Buffer.from(content), ifExists, path))
  }

  async store(bytes: Uint8Array, about: { readonly name: string; readonly mediaType: string }): Promise<FileValue> {
    const name = plainName(about.name)
    if (bytes.byteLength > maxStoredBytes) {
      throw new PipewrightError(
        'FILE_TOO_LARGE',
        `${name} has ${bytes.byteLength.toLocaleString('en')} bytes; at most ${maxStoredBytes.toLocaleString('en')} are stored.`,
        { hint: 'Store it in parts, or write it into a file of the project.' },
      )
    }
    return { file: await this.stored.put(bytes), name, mediaType: about.mediaType, bytes: bytes.byteLength }
  }

  /** A pipeline that could write the project's state could give itself another budget. */
  private async mustBeWritable(target: string, shown: string): Promise<void> {
    const inRoot = relative(await realpath(this.root), await realExisting(target)).split(sep)
    // Some file systems do not tell upper from lower case.
    const [top = ''] = inRoot.map((part) => part.toLowerCase())
    if (top === '.pipewright' || (inRoot.length === 1 && projectFiles.has(top)))
      throw new PipewrightError('FILE_OUTSIDE_PROJECT', `${shown} is Pipewright’s own and no file for steps to write.`, {
        hint: 'Write to another file of the project.',
        details: { path: shown },
      })
    await this.mustNotBeWithheld(target, shown)
  }

  private async mayRead(absolute: string, shown: string): Promise<void> {
    await this.mustNotBeWithheld(absolute, shown)
    if (this.granted.has(absolute)) return
    await this.mustLieInside(absolute, shown)
  }

  private async mustNotBeWithheld(absolute: string, shown: string): Promise<void> {
    if (this.withheld.length === 0) return
    const [real, ...withheld] = await Promise.all([absolute, ...this.withheld].map((path) => realExisting(path)))
    if (real !== undefined && withheld.includes(real))
      throw new PipewrightError('FILE_OUTSIDE_PROJECT', `${shown} holds a secret of the project and is no file for steps.`, {
        hint: 'Refer to the secret as {{ secrets.NAME }}.',
        details: { path: shown },
      })
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

/** A file's name for people, which may come from a server or a model: no folders, nothing unprintable, not too long. */
function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  return last.replaceAll(/\p{Cc}/gu, '').slice(-longestName) || 'file'
}

/** How many links may lead to one another. */
const mostLinks = 40

/** Where a path leads, as far as it exists; a link to what does not exist yet leads there all the same. */
async function realExisting(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const target = links < mostLinks ? await readlink(path).catch(() => null) : null
    const parent = dirname(path)
    if (target !== null) return realExisting(resolve(parent, target), links + 1)
    return parent === path ? path : join(await realExisting(parent, links), basename(path))
  }
}

function outside(path: string): PipewrightError {
  return new PipewrightError('FILE_OUTSIDE_PROJECT', `${path} lies outside the project.`, { details: { path } })
}

function notFound(path: string, cause: unknown): PipewrightError {
  return new PipewrightError('FILE_NOT_FOUND', `There is no file ${path}.`, { cause })
}
