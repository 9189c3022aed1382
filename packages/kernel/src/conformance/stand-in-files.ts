import { createHash } from 'node:crypto'
import { PipewrightError } from '../errors/pipewright-error.js'
import type { FileValue, ProjectFile, StepFiles } from '../points/step.js'
import { ProjectFiles } from '../run/project-files.js'

/** Real files in a folder; what is stored as a value is kept in memory. */
export class StandInFiles implements StepFiles {
  private readonly inProject: ProjectFiles
  private readonly stored = new Map<string, Uint8Array>()

  constructor(root: string) {
    this.inProject = new ProjectFiles(root)
  }

  async read(file: string | FileValue, options: { readonly maxBytes?: number } = {}): Promise<ProjectFile> {
    if (typeof file === 'string') return this.inProject.read(file, options)
    const bytes = this.stored.get(file.file)
    if (!bytes) throw new PipewrightError('FILE_NOT_FOUND', `There is no stored file ${file.name}.`)
    if (bytes.byteLength > (options.maxBytes ?? Infinity)) throw new PipewrightError('FILE_TOO_LARGE', `${file.name} is too large.`)
    return { path: file.name, bytes }
  }

  list(pattern: string): Promise<readonly string[]> {
    return this.inProject.list(pattern)
  }

  async write(...given: Parameters<StepFiles['write']>): Promise<string> {
    return this.inProject.write(...given)
  }

  async store(bytes: Uint8Array, about: { readonly name: string; readonly mediaType: string }): Promise<FileValue> {
    const file = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    this.stored.set(file, Uint8Array.from(bytes))
    return { file, name: about.name, mediaType: about.mediaType, bytes: bytes.byteLength }
  }
}
