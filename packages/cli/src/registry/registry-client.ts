import { z } from 'zod'
import {
  computeIntegrity,
  PipewrightError,
  type FetchedPackage,
  type PackageFile,
  type PackageKind,
  type TemplateCandidate,
  type TemplateQuery,
  type TemplateSource,
} from '@pipewright/kernel'
import { chooseVersion, warningsOf } from './choose-version.js'
import { fullName, packagePath } from './package-name.js'
import { listSchema, meSchema, packageSchema, publishedSchema, versionSchema } from './registry-answers.js'
import { RegistryConnection } from './registry-connection.js'

/** What is published. */
export interface Publication {
  readonly manifest: {
    readonly kind: PackageKind
    readonly name: string
    readonly version: string
    readonly description: string
    /** A plugin's: that of its npm package. */
    readonly integrity?: string
    /** A plugin's: the `pipewright` block of its package.json. */
    readonly pipewright?: unknown
  }
  readonly files: readonly PackageFile[]
  readonly integrity: string
}

/** A registry service, spoken to over HTTP. */
export class RegistryClient implements TemplateSource {
  readonly label: string
  private readonly connection: RegistryConnection
  private readonly warn: (message: string) => void

  /** @param warn told what must not be overlooked about what is fetched: that it is yanked, or deprecated */
  constructor(url: string, token?: string, warn: (message: string) => void = () => {}) {
    this.connection = new RegistryConnection(url, token)
    this.label = this.connection.base
    this.warn = warn
  }

  async search(query: TemplateQuery): Promise<readonly TemplateCandidate[]> {
    const parameters = new URLSearchParams({ q: query.text.slice(0, 4000), sort: 'relevance', limit: String(query.limit ?? 20) })
    if (query.kind) parameters.set('kind', query.kind)
    if (query.domain) parameters.set('domain', query.domain)
    return (await this.connection.json(listSchema, 'GET', `/v1/packages?${parameters.toString()}`)).items
  }

  async fetch(given: string, range?: string): Promise<FetchedPackage> {
    const name = fullName(given)
    const info = await this.connection.json(packageSchema, 'GET', packagePath(name))
    const chosen = chooseVersion(info, range)
    for (const warning of warningsOf(name, chosen)) this.warn(warning)
    const path = packagePath(name, chosen.version)
    const document = await this.connection.json(versionSchema, 'GET', path)
    const files = await Promise.all(document.files.map((file) => this.file(path, file.path)))
    const integrity = computeIntegrity(files)
    if (integrity !== document.integrity || integrity !== chosen.integrity) {
      throw new PipewrightError('INTEGRITY_MISMATCH', `The files of ${name}@${chosen.version} are not what the registry says they are.`, {
        details: { expected: document.integrity, found: integrity },
      })
    }
    return { name, version: chosen.version, kind: document.kind, integrity, files }
  }

  /** @returns whether it is new there; false when the same was published before */
  async publish({ manifest, files, integrity }: Publication): Promise<boolean> {
    const body = { manifest, files, integrity }
    return (await this.connection.json(publishedSchema, 'PUT', packagePath(manifest.name, manifest.version), body)).created
  }

  change(name: string, version: string, change: 'yank' | 'unyank' | 'deprecate', reason: string): Promise<unknown> {
    return this.connection.json(z.unknown(), 'POST', `${packagePath(name, version)}/${change}`, { reason })
  }

  me(): Promise<z.infer<typeof meSchema>> {
    return this.connection.json(meSchema, 'GET', '/v1/me')
  }

  private async file(versionPath: string, path: string): Promise<PackageFile> {
    const bytes = await this.connection.bytes('GET', `${versionPath}/files/${path.split('/').map(encodeURIComponent).join('/')}`)
    const text = decodeUtf8(bytes)
    return text === null ? { path, content: bytes.toString('base64'), encoding: 'base64' } : { path, content: text, encoding: 'utf8' }
  }
}

function decodeUtf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Not text: it is carried as base64.
    return null
  }
}
