import { lstat, readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { z } from 'zod'
import { PipewrightError, type PackageFile, type PackageKind } from '@pipewright/kernel/documents'
import { parseYaml } from './parse-yaml.js'

/** What a package says of itself when it is published. */
export interface PackageManifest {
  readonly kind: PackageKind
  readonly name: string
  readonly version: string
  readonly description: string
}

export interface PackageFolder {
  readonly manifest: PackageManifest
  readonly files: readonly PackageFile[]
}

const maxFiles = 200
const maxTotalBytes = 5 * 1024 * 1024
const left = new Set(['node_modules', '.git', '.pipewright', '.DS_Store'])

const headSchema = z.looseObject({ version: z.string().default('0.1.0'), description: z.string().default('') })

/** A package's folder: its files, sorted, and what `pipeline.yaml` or `component.yaml` says it is. @throws PACKAGE_INVALID */
export async function readPackageFolder(directory: string): Promise<PackageFolder> {
  const files: PackageFile[] = []
  let total = 0
  const walk = async (folder: string): Promise<void> => {
    for (const entry of (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (left.has(entry.name)) continue
      const path = join(folder, entry.name)
      const shown = relative(directory, path).split(sep).join('/')
      if (entry.isSymbolicLink()) throw new PipewrightError('PACKAGE_INVALID', `${shown} is a symbolic link; a package holds files only.`)
      if (entry.isDirectory()) {
        await walk(path)
        continue
      }
      // Reading a pipe or a device could wait for ever.
      if (!entry.isFile()) throw new PipewrightError('PACKAGE_INVALID', `${shown} is not a plain file; a package holds files only.`)
      total += (await lstat(path)).size
      if (files.length >= maxFiles || total > maxTotalBytes)
        throw new PipewrightError(
          'PACKAGE_INVALID',
          `${directory} is larger than a package may be: ${maxFiles} files, ${maxTotalBytes / 1024 ** 2} MiB.`,
        )
      files.push(toPackageFile(shown, await readFile(path)))
    }
  }
  await walk(directory).catch((error: unknown) => {
    if (PipewrightError.isInstance(error)) throw error
    throw new PipewrightError('PACKAGE_INVALID', `${directory} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  })
  return { manifest: manifestOf(files, directory), files }
}

function toPackageFile(path: string, bytes: Buffer): PackageFile {
  try {
    return { path, content: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), encoding: 'utf8' }
  } catch {
    // Not text: it is carried as base64.
    return { path, content: bytes.toString('base64'), encoding: 'base64' }
  }
}

function manifestOf(files: readonly PackageFile[], directory: string): PackageManifest {
  for (const [path, kind, key] of [
    ['pipeline.yaml', 'template', 'pipeline'],
    ['component.yaml', 'component', 'component'],
  ] as const) {
    const file = files.find((candidate) => candidate.path === path)
    if (!file) continue
    const parsed = headSchema.safeParse(parseYaml(file.content, path))
    const name: unknown = parsed.success ? parsed.data[key] : undefined
    if (!parsed.success || typeof name !== 'string')
      throw new PipewrightError('PACKAGE_INVALID', `${path} does not say "${key}:".`, { place: { file: join(directory, path) } })
    return { kind, name, version: parsed.data.version, description: parsed.data.description }
  }
  throw new PipewrightError('PACKAGE_INVALID', `${directory} is not a package: it has no pipeline.yaml and no component.yaml.`)
}
