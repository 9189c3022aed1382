import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { PipewrightError, type PackageFile } from '@pipewright/kernel'

/** Writes files into a folder that does not exist yet, whole or not at all. @throws PACKAGE_INVALID for a path that leaves the folder */
export async function writePackage(files: readonly PackageFile[], folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true })
  const staging = await mkdtemp(join(dirname(folder), '.pipewright-'))
  try {
    for (const file of files) {
      const path = resolve(staging, file.path)
      const way = relative(staging, path)
      if (way === '' || way.startsWith('..') || resolve(way) === way || file.path.includes('\\'))
        throw new PipewrightError('PACKAGE_INVALID', `The package has a file "${file.path}", which would lie outside its folder.`)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, file.content, file.encoding)
    }
    await rename(staging, folder)
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    throw error
  }
}

/** `folder`, or `folder-2`, `folder-3` …: the first that does not exist. */
export async function freeFolder(folder: string): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? folder : `${folder}-${number}`
    const taken = await stat(candidate).then(
      () => true,
      () => false,
    )
    if (!taken) return candidate
  }
}
