import { open, type FileHandle } from 'node:fs/promises'
import { isUtf8 } from 'node:buffer'
import { resolve } from 'node:path'
import { nameHint, PipewrightError, type HostServices, type SecretSource } from '@pipewright/kernel'
import type { ProjectConfig } from './config-schema.js'

const mostBytes = 64 * 1024
/** Permission bits of others than the owner and its group. */
const others = 0o007

/** The secrets that a project's configuration names, from the environment and from files. */
export class ProjectSecrets implements SecretSource {
  readonly names: readonly string[]
  readonly files: readonly string[]
  private readonly places: Readonly<NonNullable<ProjectConfig['secrets']>>
  private readonly root: string
  private readonly services: Pick<HostServices, 'environment' | 'logger'>

  /** @param root what paths of files are relative to */
  constructor(places: ProjectConfig['secrets'], root: string, services: Pick<HostServices, 'environment' | 'logger'>) {
    this.places = places ?? {}
    this.root = root
    this.services = services
    this.names = Object.keys(this.places)
    this.files = Object.values(this.places).flatMap(({ file }) => (file === undefined ? [] : [resolve(root, file)]))
  }

  /** Where a secret is looked for, in words. */
  placeOf(name: string): string {
    const { env, file } = this.places[name] ?? {}
    return env === undefined ? `the file ${file}` : `the environment variable ${env}`
  }

  async read(name: string): Promise<string> {
    const place = Object.hasOwn(this.places, name) ? this.places[name] : undefined
    if (!place) {
      const hint = nameHint(name, this.names, 'Name where it comes from under secrets: in pipewright.yaml.')
      throw new PipewrightError('SECRET_UNKNOWN', `The project has no secret "${name}".`, { hint })
    }
    if (place.file !== undefined) return this.readFile(name, place.file)
    const value = this.services.environment[place.env ?? '']
    if (value === undefined || value.trim() === '')
      throw new PipewrightError('SECRET_MISSING', `The secret ${name} is missing: ${this.placeOf(name)} is not set.`, {
        hint: `Set ${place.env}.`,
      })
    return value
  }

  private async readFile(name: string, path: string): Promise<string> {
    const missing = (why: string, cause?: unknown): PipewrightError =>
      new PipewrightError('SECRET_MISSING', `The secret ${name} is missing: ${this.placeOf(name)} ${why}.`, {
        hint: `Put the secret into ${resolve(this.root, path)}.`,
        cause,
      })
    const bytes = await this.readBounded(name, path).catch((error: unknown) => {
      if (PipewrightError.isInstance(error)) throw error
      throw missing(isAbsent(error) ? 'does not exist' : 'cannot be read', error)
    })
    if (!isUtf8(bytes))
      throw new PipewrightError('SECRET_INVALID', `The secret ${name} is not text: ${this.placeOf(name)} is not in UTF-8.`)
    const value = new TextDecoder().decode(bytes).replace(/\r?\n$/, '')
    if (value.trim() === '') throw missing('is empty')
    return value
  }

  private async readBounded(name: string, path: string): Promise<Buffer> {
    const file = await open(resolve(this.root, path), 'r')
    try {
      await this.warnIfOpen(name, path, file)
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(mostBytes + 1), position: 0 })
      if (bytesRead <= mostBytes) return buffer.subarray(0, bytesRead)
      throw new PipewrightError('SECRET_INVALID', `The secret ${name} is too large: ${this.placeOf(name)} has more than 64 KiB.`)
    } finally {
      await file.close()
    }
  }

  private async warnIfOpen(name: string, path: string, file: FileHandle): Promise<void> {
    // Windows has no such bits, and shows them as set.
    if (process.platform === 'win32' || ((await file.stat()).mode & others) === 0) return
    this.services.logger.warn(`Everybody on this machine can read the secret ${name}: chmod 600 ${path}`)
  }
}

function isAbsent(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT'
}
