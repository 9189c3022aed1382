import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { satisfies, valid, validRange } from 'semver'
import { z } from 'zod'
import { PipewrightError } from '../errors/pipewright-error.js'
import { contractVersions, manifestSchema, type Manifest } from './manifest.js'
import { isInside } from './inside.js'

const packageSchema = z.looseObject({ name: z.string().min(1).max(214), version: z.string(), pipewright: z.unknown() })
const maxBytes = 1024 * 1024

/** A plugin's manifest, checked as far as it can be alone and without running code. @throws PLUGIN_NOT_FOUND, PLUGIN_MANIFEST_INVALID, PLUGIN_INCOMPATIBLE */
export async function readManifest(directory: string, kernelVersion: string): Promise<Manifest> {
  const file = join(directory, 'package.json')
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new PipewrightError('PLUGIN_NOT_FOUND', `There is no plugin in ${directory}: its package.json cannot be read.`, { cause: error })
  })
  const invalid = (message: string, hint?: string): PipewrightError =>
    new PipewrightError('PLUGIN_MANIFEST_INVALID', message, { place: { file }, ...(hint === undefined ? {} : { hint }) })
  if (text.length > maxBytes) throw invalid(`${file} is larger than a package.json may be.`)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw invalid(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  const packageJson = packageSchema.safeParse(json)
  if (!packageJson.success) throw invalid(`${file}: ${describe(packageJson.error)}`)
  const { name, version, pipewright } = packageJson.data
  if (valid(version) === null) throw invalid(`${name}: "${version}" is not a semantic version.`)
  if (pipewright === undefined) throw invalid(`${name} is not a plugin: its package.json has no "pipewright" block.`)
  const manifest = manifestSchema.safeParse(pipewright)
  if (!manifest.success) throw invalid(`${name}: ${describe(manifest.error)}`)
  const checked = { name, version, ...manifest.data }
  checkVersions(checked, kernelVersion, invalid)
  for (const { description } of checked.contributes) {
    if (description !== undefined && !isInside(directory, join(directory, description)))
      throw invalid(`${name}: the description file ${description} lies outside the package.`)
  }
  return checked
}

function checkVersions(manifest: Manifest, kernelVersion: string, invalid: (message: string, hint?: string) => PipewrightError): void {
  const { name, version, kernel, requires, contributes } = manifest
  if (validRange(kernel) === null)
    throw invalid(`${name}: "kernel": "${kernel}" is not a version range.`, 'Write a semver range, for example ^0.1.0.')
  if (!satisfies(kernelVersion, kernel, { includePrerelease: true })) {
    throw new PipewrightError('PLUGIN_INCOMPATIBLE', `${name} ${version} works with kernel ${kernel}; this is kernel ${kernelVersion}.`)
  }
  for (const [other, range] of Object.entries(requires)) {
    if (validRange(range) === null) throw invalid(`${name}: "${range}" is not a version range of ${other}.`)
  }
  for (const { kind, id, contract } of contributes) {
    const accepted = contractVersions[kind]
    if (!accepted.includes(contract)) {
      throw new PipewrightError(
        'PLUGIN_INCOMPATIBLE',
        `${name} contributes ${kind} "${id}" under contract ${contract}; this kernel accepts ${accepted.join(', ')}.`,
      )
    }
  }
}

function describe(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `"${['pipewright', ...issue.path].map(String).join('.')}": ${issue.message}`)
    .join('; ')
}
