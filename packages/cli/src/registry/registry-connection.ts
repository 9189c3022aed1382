import type { z } from 'zod'
import { PipewrightError } from '@pipewright/kernel'
import { problemSchema } from './registry-answers.js'

const timeoutMs = 30_000
const maxResponseBytes = 20 * 1024 * 1024
const retryHint = 'Check the address and that the registry runs, then try again: doing it twice does no harm.'

/** HTTP with one registry, within bounds of time and size, and with its refusals as errors of ours. */
export class RegistryConnection {
  /** The registry's address, without a slash at its end. */
  readonly base: string
  private readonly token: string | undefined

  constructor(url: string, token: string | undefined) {
    this.base = url.replace(/\/+$/, '')
    this.token = token
  }

  /** @throws REGISTRY_UNREACHABLE, REGISTRY_REFUSED, PACKAGE_NOT_FOUND */
  async json<Type>(schema: z.ZodType<Type>, method: string, path: string, body?: unknown): Promise<Type> {
    const bytes = await this.bytes(method, path, body)
    try {
      return schema.parse(JSON.parse(bytes.toString('utf8')))
    } catch (error) {
      throw new PipewrightError('REGISTRY_UNREACHABLE', `${this.base} does not answer like a registry.`, {
        hint: 'Check the address.',
        cause: error,
      })
    }
  }

  /** @throws REGISTRY_UNREACHABLE, REGISTRY_REFUSED, PACKAGE_NOT_FOUND */
  async bytes(method: string, path: string, body?: unknown): Promise<Buffer> {
    try {
      const response = await fetch(this.base + path, {
        method,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          accept: 'application/json',
          ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const bytes = await readBounded(response)
      if (response.ok) return bytes
      throw this.refusal(response, bytes, method, path)
    } catch (error) {
      if (PipewrightError.isInstance(error)) throw error
      throw new PipewrightError('REGISTRY_UNREACHABLE', `The registry ${this.base} cannot be reached: ${reasonOf(error)}.`, {
        cause: error,
        ...(method === 'GET' ? {} : { hint: retryHint }),
      })
    }
  }

  private refusal(response: Response, bytes: Buffer, method: string, path: string): PipewrightError {
    const problem = readProblem(response, bytes)
    const said = problem?.detail ?? problem?.title ?? `it answered ${response.status} to ${method} ${path}`
    // Not a registry, or one that is down: for whoever only reads, the built-in catalogue can stand in.
    if (!problem || response.status >= 500)
      return new PipewrightError('REGISTRY_UNREACHABLE', `${this.base} does not serve as a registry just now: ${said}`)
    const { code, hint } = problem
    const details = { status: response.status, ...(code === undefined ? {} : { code }) }
    const message = `${this.base}: ${said}${code === undefined ? '' : ` (${code})`}`
    if (response.status === 404 && method === 'GET') return new PipewrightError('PACKAGE_NOT_FOUND', message, { details })
    return new PipewrightError('REGISTRY_REFUSED', message, { details, ...(hint === undefined ? {} : { hint }) })
  }
}

/** What a registry says of why it refuses; undefined when it was no registry that answered. */
function readProblem(response: Response, bytes: Buffer): z.infer<typeof problemSchema> | undefined {
  if (!(response.headers.get('content-type') ?? '').includes('json')) return undefined
  try {
    return problemSchema.safeParse(JSON.parse(bytes.toString('utf8'))).data
  } catch {
    return undefined
  }
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

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message || (error.cause as NodeJS.ErrnoException).code || error.message : error.message
}
