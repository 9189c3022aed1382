import { join } from 'node:path'
import { rm, stat } from 'node:fs/promises'
import { readPackageFolder } from '@pipewright/catalogue'
import { computeIntegrity, PipewrightError, type FetchedPackage, type TemplateSource } from '@pipewright/kernel'
import { openProject } from '../project/open-project.js'
import { readLock, writeLock, type LockFile } from '../registry/lock-file.js'
import { splitName } from '../registry/package-name.js'
import { writePackage } from '../registry/write-package.js'
import type { CommandRunner } from '../program.js'

interface Installed {
  readonly name: string
  readonly version: string
  readonly integrity: string
  readonly directory: string
  readonly changed: boolean
}

export const run: CommandRunner = async (context, names, options) => {
  const { output } = context
  const frozen = options['frozen'] === true
  const project = await openProject(context)
  try {
    const lock = await readLock(project.root)
    const templates = await project.templates()
    const wanted = names.length > 0 ? names.map(splitName) : Object.keys(lock.packages).map((name) => ({ name, range: undefined }))
    if (wanted.length === 0)
      throw new PipewrightError('USAGE', 'There is nothing to install: no name was given and pipewright.lock is empty.', {
        hint: 'pipewright search WORDS finds templates; pipewright install NAME installs one.',
      })
    const installed: Installed[] = []
    const packages = { ...lock.packages }
    for (const { name, range } of wanted) {
      const pinned = lock.packages[name]
      const usePin = pinned !== undefined && range === undefined
      if (frozen && !usePin)
        throw new PipewrightError('INTEGRITY_MISMATCH', `${name} is not in pipewright.lock as asked for, and --frozen changes nothing.`, {
          hint: 'Install it without --frozen and commit the lock file.',
        })
      const fetched = await templates.fetch(name, usePin ? pinned.version : range)
      if (fetched.kind === 'plugin') throw isPlugin(fetched)
      if (usePin && fetched.integrity !== pinned.integrity) throw mismatch(fetched, pinned.integrity)
      const directory = join(project.root, 'pipelines', fetched.name.split('/').at(-1) ?? fetched.name)
      const changed = await place(fetched, directory, pinned)
      packages[name] = { version: fetched.version, integrity: fetched.integrity, source: sourceOf(templates) }
      installed.push({ name, version: fetched.version, integrity: fetched.integrity, directory, changed })
    }
    if (!frozen) await writeLock(project.root, { lockfileVersion: 1, packages })
    output.result({ installed })
    const { color } = output
    for (const one of installed)
      output.print(`${color.green('✓')} ${one.name} ${one.version} ${one.changed ? '→' : 'is there already,'} ${one.directory}`)
    return 0
  } finally {
    await project.close()
  }
}

function isPlugin({ name, version }: FetchedPackage): PipewrightError {
  return new PipewrightError('PACKAGE_INVALID', `${name} is a plugin, and the code of plugins comes from npm.`, {
    hint: `Run \`npm install ${name}@${version}\`, then name it under plugins: in pipewright.yaml.`,
  })
}

function sourceOf(templates: TemplateSource): string {
  return templates.label
}

function mismatch(fetched: FetchedPackage, expected: string): PipewrightError {
  return new PipewrightError('INTEGRITY_MISMATCH', `${fetched.name}@${fetched.version} is not what pipewright.lock pinned.`, {
    details: { expected, found: fetched.integrity },
  })
}

/** Puts a package in its folder. What a person has changed there is never written over. @returns whether anything was written */
async function place(fetched: FetchedPackage, directory: string, pinned: LockFile['packages'][string] | undefined): Promise<boolean> {
  const stands = await stat(directory).catch(() => null)
  if (stands) {
    const { files } = await readPackageFolder(directory)
    const integrity = computeIntegrity(files)
    if (integrity === fetched.integrity) return false
    if (integrity !== pinned?.integrity) {
      throw new PipewrightError(
        'PACKAGE_INVALID',
        `${directory} holds something else, or ${fetched.name} with changes of yours; it is left as it is.`,
        { hint: 'Move the folder away, then install again.' },
      )
    }
    await rm(directory, { recursive: true })
  }
  await writePackage(fetched.files, directory)
  return true
}
