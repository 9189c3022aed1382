import { z } from 'zod'
import {
  computeIntegrity,
  maturities,
  packageKinds,
  PipewrightError,
  type FetchedPackage,
  type PackageFile,
  type TemplateCandidate,
  type TemplateQuery,
  type TemplateSource,
} from '@pipewright/kernel'
import { maxSatisfying, validRange } from 'semver'

const timeoutMs = 30_000
const maxResponseBytes = 20 * 1024 * 1024
const starterScope = '@pipewright/'

const problemSchema = z.looseObject({
  title: z.string().optional(),
  detail: z.string().optional(),
  code: z.string().optional(),
  hint: z.string().optional(),
})

const candidateSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  kind: z.enum(packageKinds),
  purpose: z.string().default(''),
  domain: z.string().default(''),
  maturity: z.enum(maturities).default('experimental'),
  score: z.number().min(0).max(1).default(0),
  reasons: z.array(z.string()).default([]),
})

const versionSummarySchema = z.looseObject({
  version: z.string(),
  integrity: z.string(),
  yanked: z.unknown().optional(),
  deprecated: z.unknown().optional(),
})
const packageSchema = z.looseObject({
  name: z.string(),
  kind: z.enum(packageKinds),
  distTags: z.record(z.string(), z.string()).default({}),
  versions: z.array(versionSummarySchema),
})
const versionSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  kind: z.enum(packageKinds),
  integrity: z.string(),
  files: z.array(z.looseObject({ path: z.string() })),
})

export type PackageInfo = z.infer<typeof packageSchema>

/** What is published. */
export interface Publication {
  readonly manifest: { readonly kind: string; readonly name: string; readonly version: string; readonly description: string }
  readonly files: readonly PackageFile[]
  readonly integrity: string
}

/** A registry service, spoken to over HTTP within bounds of time and size. */
export class RegistryClient implements TemplateSource {
  readonly label: string
  private readonly base: string
  private readonly token: string | undefined

  constructor(url: string, token?: string) {
    this.base = url.replace(/\/+$/, '')
    this.label = this.base
    this.token = token
  }

  async search(query: TemplateQuery): Promise<readonly TemplateCandidate[]> {
    const parameters = new URLSearchParams({ q: query.text.slice(0, 4000), sort: 'relevance', limit: String(query.limit ?? 20) })
    if (query.kind) parameters.set('kind', query.kind)
    if (query.domain) parameters.set('domain', query.domain)
    const body = await this.json('GET', `/v1/packages?${parameters.toString()}`)
    return this.parse(z.looseObject({ items: z.array(candidateSchema) }), body).items
  }

  async fetch(name: string, range?: string): Promise<FetchedPackage> {
    const full = fullName(name)
    const info = await this.info(full)
    const version = chooseVersion(info, range)
    const document = this.parse(versionSchema, await this.json('GET', `/v1/packages/${full}/versions/${version}`))
    const files = await Promise.all(document.files.map(({ path }) => this.file(full, version, path)))
    const integrity = computeIntegrity(files)
    const pinned = info.versions.find((entry) => entry.version === version)?.integrity
    if (integrity !== document.integrity || integrity !== pinned) {
      throw new PipewrightError('INTEGRITY_MISMATCH', `The files of ${full}@${version} are not what the registry says they are.`, {
        details: { expected: document.integrity, found: integrity },
      })
    }
    return { name: full, version, kind: document.kind, integrity, files }
  }

  async info(name: string): Promise<PackageInfo> {
    return this.parse(packageSchema, await this.json('GET', `/v1/packages/${fullName(name)}`))
  }

  async version(name: string, version: string): Promise<Record<string, unknown>> {
    return (await this.json('GET', `/v1/packages/${fullName(name)}/versions/${version}`)) as Record<string, unknown>
  }

  publish({ manifest, files, integrity }: Publication): Promise<unknown> {
    return this.json('PUT', `/v1/packages/${manifest.name}/versions/${manifest.version}`, { manifest, files, integrity })
  }

  post(path: string, body: unknown): Promise<unknown> {
    return this.json('POST', path, body)
  }

  me(): Promise<unknown> {
    return this.json('GET', '/v1/me')
  }

  private async file(name: string, version: string, path: string): Promise<PackageFile> {
    const response = await this.send(
      'GET',
      `/v1/packages/${name}/versions/${version}/files/${path.split('/').map(encodeURIComponent).join('/')}`,
    )
    const bytes = await readBounded(response)
    const text = decodeUtf8(bytes)
    return text === null ? { path, content: bytes.toString('base64'), encoding: 'base64' } : { path, content: text, encoding: 'utf8' }
  }

  private async json(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.send(method, path, body)
    const bytes = await readBounded(response)
    try {
      return bytes.length === 0 ? null : (JSON.parse(bytes.toString('utf8')) as unknown)
    } catch (error) {
      throw new PipewrightError('REGISTRY_UNREACHABLE', `${this.base} does not answer like a registry.`, {
        hint: 'Check the address.',
        cause: error,
      })
    }
  }

  private async send(method: string, path: string, body?: unknown): Promise<Response> {
    let response: Response
    try {
      response = await fetch(this.base + path, {
        method,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          accept: 'application/json',
          ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (error) {
      const reason = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error)
      throw new PipewrightError('REGISTRY_UNREACHABLE', `The registry ${this.base} cannot be reached: ${reason}`, { cause: error })
    }
    if (response.ok) return response
    throw await this.refusal(response, method, path)
  }

  private async refusal(response: Response, method: string, path: string): Promise<PipewrightError> {
    const text = (await readBounded(response)).toString('utf8')
    let problem: z.infer<typeof problemSchema> = {}
    if ((response.headers.get('content-type') ?? '').includes('json')) problem = problemSchema.parse(JSON.parse(text))
    const said = problem.detail ?? problem.title ?? `it answered ${response.status} to ${method} ${path}`
    const details = { status: response.status, ...(problem.code === undefined ? {} : { code: problem.code }) }
    if (response.status === 404 && method === 'GET') return new PipewrightError('PACKAGE_NOT_FOUND', `${this.base}: ${said}`, { details })
    return new PipewrightError('REGISTRY_REFUSED', `${this.base}: ${said}`, {
      details,
      ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    })
  }

  private parse<Type>(schema: z.ZodType<Type>, body: unknown): Type {
    const parsed = schema.safeParse(body)
    if (parsed.success) return parsed.data
    throw new PipewrightError('REGISTRY_UNREACHABLE', `${this.base} does not answer like a registry.`, {
      hint: 'Check the address.',
      cause: parsed.error,
    })
  }
}

/** A bare name means the starter library's scope. */
function fullName(name: string): string {
  return name.startsWith('@') ? name : starterScope + name
}

/** `@scope/name@^1.0.0` as name and range. */
export function splitName(given: string): { readonly name: string; readonly range: string | undefined } {
  const at = given.indexOf('@', 1)
  return at === -1 ? { name: fullName(given), range: undefined } : { name: fullName(given.slice(0, at)), range: given.slice(at + 1) }
}

function chooseVersion(info: PackageInfo, range: string | undefined): string {
  const installable = info.versions.filter((entry) => !entry.yanked).map((entry) => entry.version)
  const tagged = info.distTags[range ?? 'latest']
  if (tagged !== undefined) return tagged
  const wanted = range ?? '*'
  // A version that is named in full may be yanked: what is pinned keeps working.
  if (info.versions.some((entry) => entry.version === wanted)) return wanted
  const found = validRange(wanted) === null ? null : maxSatisfying(installable, wanted)
  if (found === null)
    throw new PipewrightError('PACKAGE_NOT_FOUND', `${info.name} has no version ${wanted}.`, {
      hint: `Versions: ${installable.slice(0, 10).join(', ') || 'none'}.`,
    })
  return found
}

async function readBounded(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxResponseBytes) throw new PipewrightError('REGISTRY_UNREACHABLE', 'The registry answered with more than 20 MiB.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function decodeUtf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Not text: it is carried as base64.
    return null
  }
}
