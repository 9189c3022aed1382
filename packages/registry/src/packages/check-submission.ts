import { createHash } from 'node:crypto'
import { valid } from 'semver'
import { z } from 'zod'
import {
  aboutSchema,
  computeIntegrity,
  documentSchema,
  manifestSchema as pluginManifestSchema,
  matchesIntegrity,
  packageNameSchema,
  readYaml,
  stepSchema,
  type PackageFile,
} from '@pipewright/kernel/documents'
import { Problem } from '../http/problem.js'
import type { Submission } from './submission.js'
import { whyNotKept } from './why-not-kept.js'

const maxFiles = 200
const maxTotalBytes = 5 * 1024 * 1024
const maxPathLength = 200

export interface CheckedFile {
  readonly path: string
  readonly content: Uint8Array
  /** Base64. */
  readonly sha512: string
}

export interface CheckedSubmission {
  readonly files: readonly CheckedFile[]
  readonly document: Record<string, unknown> | null
  /** Of the files, always written one way, whichever way it was sent. */
  readonly integrity: string
}

const componentSchema = z.looseObject({
  component: packageNameSchema,
  version: z.string(),
  about: aboutSchema,
  attaches: z.enum(['before', 'after', 'around', 'output']),
  steps: z.array(stepSchema).min(1).max(200),
})

const listingSchema = z.looseObject({
  /** Of the package as npm has it. */
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/, 'the sha512 integrity that npm gives'),
  pipewright: pluginManifestSchema,
})

/** Checks what somebody wants to publish, as far as that goes without running it. @throws Problem */
export function checkSubmission(name: string, version: string, { manifest, files, integrity }: Submission): CheckedSubmission {
  if (manifest.name !== name || manifest.version !== version)
    throw invalid(`The manifest says ${manifest.name}@${manifest.version}, the address ${name}@${version}.`)
  if (valid(version) !== version) throw invalid(`"${version}" is not a semantic version.`)
  if (files.length > maxFiles) throw invalid(`A package may have ${maxFiles} files; this one has ${files.length}.`)
  if (manifest.kind === 'plugin') checkListing(manifest)
  const checked = checkFiles(files)
  if (!matchesIntegrity(files, integrity)) throw new Problem('integrity-mismatch', 'The integrity that was sent is not that of the files.')
  return { files: checked, document: documentOf(manifest.kind, name, version, files), integrity: computeIntegrity(files) }
}

/** A plugin listing says which npm package it is of and what that contributes; the code itself comes from npm. */
function checkListing(manifest: Submission['manifest']): void {
  const listing = listingSchema.safeParse(manifest)
  if (listing.success) return
  const [issue] = listing.error.issues
  throw invalid(`The manifest of a plugin: ${(issue?.path ?? []).map(String).join('.')}: ${issue?.message ?? 'not valid'}`)
}

function checkFiles(files: readonly PackageFile[]): CheckedFile[] {
  const seen = new Map<string, string>()
  let total = 0
  return files.map(({ path, content, encoding }) => {
    checkPath(path)
    // On many file systems these would be one file.
    const folded = path.normalize('NFC').toLowerCase()
    const other = seen.get(folded)
    if (other !== undefined)
      throw invalid(other === path ? `The file ${path} is there twice.` : `The files ${other} and ${path} differ in case or form only.`)
    seen.set(folded, path)
    const bytes = decode(path, content, encoding)
    total += bytes.byteLength
    if (total > maxTotalBytes) throw new Problem('too-large', `The files have more than ${maxTotalBytes} bytes together.`)
    return { path, content: bytes, sha512: createHash('sha512').update(bytes).digest('base64') }
  })
}

function checkPath(path: string): void {
  const parts = path.split('/')
  const odd =
    path.length > maxPathLength ||
    !/^[\w@.+ ()\-/]+$/u.test(path) ||
    parts.some((part) => part === '' || part === '.' || part === '..' || part.endsWith('.') || part.endsWith(' ') || part.startsWith(' '))
  if (odd)
    throw invalid(`"${path.slice(0, 100)}" is not a path that a package may have: relative, with /, letters, digits, and . _ - + @ ( ).`)
}

function decode(path: string, content: string, encoding: PackageFile['encoding']): Uint8Array {
  if (encoding === 'utf8') {
    if (!content.isWellFormed()) throw invalid(`${path} is not valid text.`)
    return Buffer.from(content, 'utf8')
  }
  const bytes = Buffer.from(content, 'base64')
  if (bytes.toString('base64') !== content) throw invalid(`${path} is not valid base64.`)
  return bytes
}

function documentOf(kind: string, name: string, version: string, files: readonly PackageFile[]): Record<string, unknown> | null {
  if (kind === 'plugin') return null
  const path = kind === 'template' ? 'pipeline.yaml' : 'component.yaml'
  const file = files.find((candidate) => candidate.path === path)
  if (!file || file.encoding !== 'utf8') throw invalid(`A ${kind} has a file ${path}.`)
  const yaml = readYaml(file.content)
  if (!yaml.ok) {
    const [problem] = yaml.problems
    throw invalid(`${path}:${problem?.position.line ?? 1}: ${problem?.message ?? 'not readable'}`)
  }
  const parsed = (kind === 'template' ? documentSchema : componentSchema).safeParse(yaml.value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw invalid(`${path}: ${(issue?.path ?? []).map(String).join('.') || 'the document'}: ${issue?.message ?? 'not valid'}`)
  }
  const document = parsed.data as Record<string, unknown>
  const own = String(document[kind === 'template' ? 'pipeline' : 'component'])
  if (own !== name && own !== name.split('/')[1]) throw invalid(`${path} is called ${own}, not ${name}.`)
  const unkept = whyNotKept(document)
  if (unkept !== undefined) throw invalid(`${path} ${unkept}.`)
  if (document['version'] !== version) throw invalid(`${path} has version ${String(document['version'])}, not ${version}.`)
  return document
}

function invalid(detail: string): Problem {
  return new Problem('invalid-package', detail)
}
