import { z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { TokenScope } from '../tokens/tokens.js'
import type { Environment, Services } from './environment.js'
import { authenticate } from './middleware/authenticate.js'
import { authorize } from './middleware/authorize.js'
import { idempotency, idempotencyKeyPattern } from './middleware/idempotency.js'
import { jsonBody } from './middleware/json-body.js'

const smallBody = 64 * 1024

/** How an operation says that it needs a token. */
export const security = [{ bearer: [] }]

/** The headers of every operation that writes. */
export const writeHeaders = z.object({
  'idempotency-key': z.string().regex(idempotencyKeyPattern).optional().openapi({
    description: 'The same request again with the same key is answered as the first was and done once. Kept for a day.',
  }),
})

/** The problems that every operation that writes can answer with. */
export const writeProblems = [
  'invalid-request',
  'invalid-json',
  'unauthenticated',
  'forbidden',
  'idempotency-conflict',
  'idempotency-pending',
  'too-large',
  'unsupported-media-type',
] as const

/** What a request that changes a package passes before its body is read: who it is from and whether they may; then how large it is. */
export function writing(services: Services, scope: 'publish' | TokenScope, maxBody = smallBody): MiddlewareHandler<Environment>[] {
  return [authenticate(services), authorize(services, scope), jsonBody(maxBody), idempotency(services)]
}

/** What a request that changes the caller’s own things passes. */
export function writingOwn(services: Services, redact?: (body: string) => string): MiddlewareHandler<Environment>[] {
  return [authenticate(services), jsonBody(smallBody), idempotency(services, redact)]
}
