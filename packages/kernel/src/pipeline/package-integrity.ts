import { createHash } from 'node:crypto'
import type { PackageFile } from '../points/template-source.js'

/**
 * The integrity of a package: `sha512-` and, in base64, the hash of the canonical JSON (sorted keys, no spaces) of the list
 * of `{ path, sha512 }` of its files, sorted by path. Each file's `sha512` is the hash of its bytes in base64.
 */
export function computeIntegrity(files: readonly PackageFile[]): string {
  return integrityWith(files, 'base64')
}

/** Whether files are what an integrity says; one whose files' hashes are written in hexadecimal counts as well. */
export function matchesIntegrity(files: readonly PackageFile[], integrity: string): boolean {
  return integrity === computeIntegrity(files) || integrity === integrityWith(files, 'hex')
}

function integrityWith(files: readonly PackageFile[], encoding: 'base64' | 'hex'): string {
  const list = files
    .map(({ path, content, encoding: written }) => ({
      path,
      sha512: createHash('sha512').update(Buffer.from(content, written)).digest(encoding),
    }))
    .toSorted((left, right) => (left.path < right.path ? -1 : 1))
  return `sha512-${createHash('sha512').update(JSON.stringify(list)).digest('base64')}`
}
