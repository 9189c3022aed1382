import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { satisfies, valid, validRange } from 'semver'
import { z } from 'zod'
import { PipewrightError } from '../errors/pipewright-error.js'
import { nameHint } from '../pipeline/nearest.js'
import { inputIssues } from './input-issues.js'
import { isInside } from './inside.js'
import { manifestFile } from './installed-plugin.js'
import { contractVersions, manifestSchema, type Manifest } from './manifest.js'

const packageSchema = z.looseObject({ name: z.string().min(1).max(214), version: z.string(), pipewright: z.unknown().optional() })
const maxBytes = 1024 * 1024

/**
 * A plugin's manifest, checked as far as it can be alone and without running code.
 * @throws PLUGIN_NOT_FOUND, PLUGIN_MANIFEST_INVALID, PLUGIN_INCOMPATIBLE
 */
export async function readManifest(directory: string, kernelVersion: string): Promise<Manifest> {
  const file = manifestFile(directory)
  const { name, version, pipewright } = parse(packageSchema, await readJson(directory, file), file, file)
  if (valid(version) === null)
    throw invalid(file, `${name}: "${version}" is not a semantic version.`, 'Write the version as 1.2.3 in its package.json.')
  if (pipewright === undefined)
    throw invalid(file, `${name} is not a plugin: its package.json has no "pipewright" block.`, 'Remove it from `plugins:`.')
  const manifest = { name, version, ...parse(manifestSchema, pipewright, file, `${name}: the "pipewright" block`) }
  checkVersions(manifest, kernelVersion, file)
  for (const path of [...manifest.contributes.map(({ description }) => description), manifest.config]) {
    if (path !== undefined && !isInside(directory, join(directory, path)))
      throw invalid(file, `${name}: the file ${path} lies outside the package.`)
  }
  return manifest
}

async function readJson(directory: string, file: string): Promise<unknown> {
  const missing = (error: unknown): never => {
    throw new PipewrightError('PLUGIN_NOT_FOUND', `There is no plugin in ${directory}: its package.json cannot be read.`, {
      place: { file },
      cause: error,
    })
  }
  const { size } = await stat(file).catch(missing)
  if (size > maxBytes) throw invalid(file, `${file} has ${size} bytes; a package.json may have ${maxBytes}.`)
  try {
    return JSON.parse(await readFile(file, 'utf8').catch(missing))
  } catch (error) {
    if (PipewrightError.isInstance(error)) throw error
    throw invalid(file, `${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, 'Correct the JSON.')
  }
}

function parse<Output>(schema: z.ZodType<Output>, value: unknown, file: string, subject: string): Output {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [unknown] = parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))
  const hint = unknown === undefined ? undefined : nameHint(unknown, Object.keys(manifestSchema.shape), 'Remove it.')
  throw invalid(file, `${subject} is not right: ${inputIssues(parsed.error)}.`, hint)
}

function checkVersions(manifest: Manifest, kernelVersion: string, file: string): void {
  const { name, version, kernel, requires, contributes } = manifest
  const mustBeRange = (range: string, what: string): void => {
    if (validRange(range) === null)
      throw invalid(file, `${name}: ${what} "${range}" is not a version range.`, 'Write a semver range, for example ^0.1.0.')
  }
  mustBeRange(kernel, '"kernel":')
  for (const [other, range] of Object.entries(requires)) mustBeRange(range, `${other} is required as`)
  if (!satisfies(kernelVersion, kernel, { includePrerelease: true })) {
    throw new PipewrightError('PLUGIN_INCOMPATIBLE', `${name} ${version} works with kernel ${kernel}; this is kernel ${kernelVersion}.`, {
      place: { file },
    })
  }
  for (const { kind, id, contract } of contributes) {
    const accepted = contractVersions[kind]
    if (!accepted.includes(contract)) {
      throw new PipewrightError(
        'PLUGIN_INCOMPATIBLE',
        `${name} contributes ${kind} "${id}" under contract ${contract}; this kernel accepts ${accepted.join(', ')}.`,
        { place: { file } },
      )
    }
  }
}

function invalid(file: string, message: string, hint?: string): PipewrightError {
  return new PipewrightError('PLUGIN_MANIFEST_INVALID', message, { place: { file }, ...(hint === undefined ? {} : { hint }) })
}
