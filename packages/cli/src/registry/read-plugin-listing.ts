import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { manifestSchema, PipewrightError, type PackageFile } from '@pipewright/kernel'
import type { Publication } from './registry-client.js'

const packageSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  description: z.string().default(''),
  pipewright: manifestSchema,
})
const packedSchema = z.tuple([z.looseObject({ integrity: z.string() })])
const packMs = 60_000

/**
 * The listing of a plugin package: its name, version and manifest, and the integrity of the tarball that npm makes of it.
 * The code itself is published to npm. @throws PACKAGE_INVALID
 */
export async function readPluginListing(directory: string): Promise<Omit<Publication, 'integrity'>> {
  const file = join(directory, 'package.json')
  const parsed = packageSchema.safeParse(await readJson(file))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new PipewrightError('PACKAGE_INVALID', `${(issue?.path ?? []).map(String).join('.')}: ${issue?.message ?? 'not valid'}`, {
      place: { file },
      hint: 'A folder without pipeline.yaml and component.yaml is published as a plugin: see its "pipewright" block.',
    })
  }
  const { name, version, description, pipewright } = parsed.data
  const readme = await readFile(join(directory, 'README.md'), 'utf8').catch(() => undefined)
  const files: PackageFile[] = readme === undefined ? [] : [{ path: 'README.md', content: readme, encoding: 'utf8' }]
  return { manifest: { kind: 'plugin', name, version, description, integrity: await packedIntegrity(directory), pipewright }, files }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new PipewrightError('PACKAGE_INVALID', `It cannot be read: ${reason}`, { place: { file }, cause: error })
  }
}

/** As `npm publish` would compute it; none of the package's scripts are run. */
async function packedIntegrity(directory: string): Promise<string> {
  try {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const { stdout } = await promisify(execFile)(npm, ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: directory,
      timeout: packMs,
      shell: process.platform === 'win32',
    })
    return packedSchema.parse(JSON.parse(stdout))[0].integrity
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new PipewrightError('PACKAGE_INVALID', `npm cannot pack ${directory}: ${reason}`, {
      hint: 'Run `npm pack --dry-run` there and correct what it says.',
      cause: error,
    })
  }
}
