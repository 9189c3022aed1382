import { z } from 'zod'
import { defineStep, PipewrightError, type Fetch, type StepType } from '@pipewright/kernel'

/** Calls a web service. @param fetch refuses addresses that may not be reached */
export function createHttpStep(fetch: Fetch): StepType {
  const step = defineStep({
    contract: 'v1',
    id: 'http',
    summary: 'Calls a web service over HTTP.',
    input: z.strictObject({
      url: z.url({ protocol: /^https?$/ }).describe('Where to.'),
      method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']).default('GET'),
      headers: z.record(z.string(), z.string()).default({}),
      query: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
        .default({})
        .describe('Added to the URL.'),
      body: z.unknown().optional().describe('A text as it is; anything else as JSON.'),
      max_bytes: z
        .int()
        .min(1)
        .max(100 * 1024 * 1024)
        .default(10 * 1024 * 1024)
        .describe('The largest answer that is read.'),
      expect: z.array(z.int()).default([200, 201, 202, 204]).describe('The statuses that are not an error.'),
    }),
    output: z.strictObject({
      status: z.int(),
      headers: z.record(z.string(), z.string()),
      content: z.unknown().describe('The value of a JSON answer, else its text.'),
    }),
    deterministic: false,
    safeToRepeat: false,
    usesModel: false,
    effect: true,
    class: 'analysis',
    async run(asked, context) {
      const url = new URL(asked.url)
      for (const [name, value] of Object.entries(asked.query)) url.searchParams.append(name, String(value))
      const headers = new Headers(asked.headers)
      const isText = typeof asked.body === 'string'
      if (asked.body !== undefined && !isText && !headers.has('content-type')) headers.set('content-type', 'application/json')
      const body = asked.body === undefined ? null : isText ? (asked.body as string) : JSON.stringify(asked.body)
      const response = await send(fetch, url, { method: asked.method, headers, body, signal: context.signal, redirect: 'follow' })
      const text = await readBounded(response, asked.max_bytes, url)
      if (!asked.expect.includes(response.status)) {
        throw new PipewrightError('STEP_FAILED', `${url.origin}${url.pathname} answered ${response.status}.`, {
          hint: text.slice(0, 300) || 'See the service’s documentation.',
          retryable: response.status >= 500 || response.status === 429,
          details: { status: response.status },
        })
      }
      const isJson = (response.headers.get('content-type') ?? '').includes('json')
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        content: isJson && text !== '' ? parseJson(text, url) : text,
      }
    },
  })
  return step as StepType
}

async function send(fetch: Fetch, url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    init.signal?.throwIfAborted()
    if (PipewrightError.isInstance(error)) throw error
    const cause = error instanceof Error && PipewrightError.isInstance(error.cause) ? error.cause : undefined
    if (cause) throw cause
    const reason = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error)
    throw new PipewrightError('STEP_FAILED', `${url.origin} could not be reached: ${reason}`, { retryable: true, cause: error })
  }
}

async function readBounded(response: Response, limit: number, url: URL): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > limit)
      throw new PipewrightError(
        'FILE_TOO_LARGE',
        `${url.origin}${url.pathname} answered with more than ${limit.toLocaleString('en')} bytes.`,
        { hint: 'Raise max_bytes, or ask for less.' },
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string, url: URL): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new PipewrightError('STEP_FAILED', `${url.origin}${url.pathname} says that it answers in JSON, and does not.`, { cause: error })
  }
}
