import type { Maturity, PackageKind } from '../pipeline/about-schema.js'

/** A file of a package. */
export interface PackageFile {
  /** Relative, forward slashes, no `..`. */
  readonly path: string
  readonly content: string
  readonly encoding: 'utf8' | 'base64'
}

/** One answer of a search, best first. */
export interface TemplateCandidate {
  /** Full name: `@scope/name`. */
  readonly name: string
  readonly version: string
  readonly kind: PackageKind
  readonly purpose: string
  readonly domain: string
  readonly maturity: Maturity
  /** How well it fits the words asked for, 0..1. */
  readonly score: number
  /** Why: the words, examples and near misses that carried the score, in plain language. */
  readonly reasons: readonly string[]
}

export interface TemplateQuery {
  readonly text: string
  readonly kind?: PackageKind
  readonly domain?: string
  /** At most 100. Default 20. */
  readonly limit?: number
}

export interface FetchedPackage {
  readonly name: string
  readonly version: string
  readonly kind: PackageKind
  readonly integrity: string
  readonly files: readonly PackageFile[]
}

/** Where templates come from: a registry service, or the built-in catalogue. */
export interface TemplateSource {
  /** For people: the service's address, or `built-in catalogue`. */
  readonly label: string
  search(query: TemplateQuery): Promise<readonly TemplateCandidate[]>
  /** @param range semver range or dist-tag; default the newest version that is not yanked. @throws PACKAGE_NOT_FOUND, INTEGRITY_MISMATCH */
  fetch(name: string, range?: string): Promise<FetchedPackage>
}
