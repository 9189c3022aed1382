import { z } from 'zod'
import { defineStep, PipewrightError, type Fetch } from '@pipewright/kernel'
import { describeAnswerFile } from './answer-file.js'
import { answerFormats, decodeAnswer, readBody } from './http-answer.js'
import { placeOf, sendRequest } from './http-request.js'
import { addIdempotencyKey } from './idempotency-header.js'

/** How much of an answer that is an error is shown, in characters. */
const maxShown = 300

const input = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe('Where to: an http or https address.'),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET').describe('The HTTP method.'),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .describe('Headers of the request. POST, PUT, PATCH and DELETE are sent with an Idempotency-Key, unless one stands here.'),
  query: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe('Added to the address.'),
  body: z.unknown().optional().describe('A text as it is; anything else as JSON. Not for GET and HEAD.'),
  format: z
    .enum(answerFormats)
    .default('auto')
    .describe('How to read the answer; auto goes by its content type: JSON or text. file stores it, for steps that take files.'),
  max_bytes: z
    .int()
    .min(1)
    .max(100 * 1024 * 1024)
    .default(10 * 1024 * 1024)
    .describe('The largest answer that is read. Default 10 MiB.'),
  expect: z.array(z.int()).min(1).optional().describe('The statuses that are no error. Default: 200 to 299.'),
})

const output = z.strictObject({
  status: z.int().describe('The HTTP status.'),
  headers: z.record(z.string(), z.string()).describe('The headers of the answer, their names in small letters.'),
  content: z.unknown().describe('The value of a JSON answer, else its text; with format: file, the file.'),
})

type HttpInput = z.infer<typeof input>

/** Calls a web service. @param fetch refuses the addresses that may not be reached */
// The return type is the definition's own, with its input and output types.
// oxlint-disable-next-line typescript/explicit-function-return-type
export function createHttpStep(fetch: Fetch) {
  return defineStep({
    contract: 'v1',
    id: 'http',
    summary: 'Calls a web service over HTTP.',
    input,
    output,
    deterministic: false,
    safeToRepeat: false,
    usesModel: false,
    effect: true,
    usesIdempotencyKey: true,
    // What is sent in the body or the query is what such a step is there for; where it goes, and as whose request, is not.
    sensitive: ['url', 'method', 'headers'],
    class: 'analysis',
    async run(asked, context) {
      context.signal.throwIfAborted()
      const url = urlOf(asked)
      const place = placeOf(url)
      const { headers, body: sent } = contentOf(asked)
      addIdempotencyKey(headers, asked.method, context.idempotencyKey)
      const response = await sendRequest(fetch, { url, method: asked.method, headers, body: sent, signal: context.signal })
      const body = await readBody(response, asked.max_bytes, place)
      if (!(asked.expect?.includes(response.status) ?? response.ok)) throw unexpected(response, body, asked, place, context.clock.now())
      const content =
        asked.format === 'file'
          ? await context.files.store(body, describeAnswerFile(new URL(response.url || url), response.headers))
          : decodeAnswer(body, response.headers.get('content-type') ?? '', asked.format, place)
      return { status: response.status, headers: Object.fromEntries(response.headers), content }
    },
  })
}

function urlOf({ url: text, query }: HttpInput): URL {
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw new PipewrightError('STEP_INPUT_INVALID', `The address of ${url.host} holds a user name or password.`, {
      hint: 'Put them into an Authorization header.',
    })
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, String(value))
  return url
}

function contentOf({ method, headers: given, body }: HttpInput): { headers: Headers; body: string | null } {
  const headers = new Headers(given)
  if (body === undefined) return { headers, body: null }
  if (method === 'GET' || method === 'HEAD') {
    throw new PipewrightError('STEP_INPUT_INVALID', `A ${method} request has no body.`, { hint: 'Name another method, or use query.' })
  }
  if (typeof body === 'string') return { headers, body }
  if (!headers.has('content-type')) headers.set('content-type', 'application/json')
  return { headers, body: JSON.stringify(body) }
}

function unexpected(response: Response, body: Uint8Array, asked: HttpInput, place: string, now: number): PipewrightError {
  const { status } = response
  const target = response.headers.get('location')
  const shown = redact(new TextDecoder().decode(body), asked).slice(0, maxShown)
  const retryAfterMs = retryAfter(response.headers.get('retry-after'), now)
  return new PipewrightError('STEP_FAILED', `${place} answered ${status}${target === null ? '' : ', a redirect'}.`, {
    hint: shown === '' ? 'See the service’s documentation.' : `It said: ${shown}`,
    retryable: status === 429 || status >= 500,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    details: { status },
  })
}

/** Some services repeat what they were sent; keys must not come back in an error. */
function redact(text: string, { headers, query }: HttpInput): string {
  const sent = [...Object.values(headers).flatMap((value) => [value, ...value.split(/\s+/)]), ...Object.values(query).map(String)]
  return sent
    .filter((value) => value.length >= 6)
    .toSorted((left, right) => right.length - left.length)
    .reduce((clean, value) => clean.replaceAll(value, '…'), text)
}

function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}
