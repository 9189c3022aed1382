import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readPackageFolder, type PackageFolder } from './read-package-folder.js'

/** The folder of the templates that ship with Pipewright. */
export const libraryFolder = join(import.meta.dirname, '..', 'library')
export const starterScope = '@pipewright'

/** A starter package by its short or full name; undefined when there is none. */
export async function starterPackage(name: string): Promise<PackageFolder | undefined> {
  const short = name.startsWith(`${starterScope}/`) ? name.slice(starterScope.length + 1) : name
  if (!(await starterNames()).includes(short)) return undefined
  return withScope(await readPackageFolder(join(libraryFolder, short)))
}

/** All starter packages, as they are published into an empty registry. */
export async function starterPackages(): Promise<PackageFolder[]> {
  return Promise.all((await starterNames()).map(async (name) => withScope(await readPackageFolder(join(libraryFolder, name)))))
}

async function starterNames(): Promise<string[]> {
  const entries = await readdir(libraryFolder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted()
}

function withScope(folder: PackageFolder): PackageFolder {
  const { name } = folder.manifest
  return name.startsWith('@') ? folder : { ...folder, manifest: { ...folder.manifest, name: `${starterScope}/${name}` } }
}
