import { createHash } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { beginAnswer, finishAnswer, forgetAnswer } from '../idempotent-answers.js'
import type { Environment, Services } from '../environment.js'
import { Problem } from '../problem.js'

/** What a key looks like: visible ASCII characters. */
export const idempotencyKeyPattern = /^[\x21-\x7e]{1,200}$/

/**
 * Answers a request that comes again with its Idempotency-Key as the first was answered, without doing it again. Comes after
 * `jsonBody`, which bounds what is read here.
 * @param redact what is kept of an answer; by default all of it
 */
export function idempotency({ database, now }: Services, redact = (body: string): string => body): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const key = context.req.header('idempotency-key')
    if (key === undefined) return next()
    if (!idempotencyKeyPattern.test(key)) throw new Problem('invalid-request', 'An Idempotency-Key has 1 to 200 visible ASCII characters.')
    const hash = createHash('sha256').update(`${context.req.method} ${context.req.path}\n`)
    const request = hash.update(new Uint8Array(await context.req.arrayBuffer())).digest('hex')
    const slot = { tokenId: context.get('caller').tokenId, key }
    const before = await beginAnswer(database.queries, slot, request, now())
    if (before) {
      context.header('idempotency-replayed', 'true')
      const type = before.status < 400 ? 'application/json' : 'application/problem+json'
      return context.body(before.body, before.status, { 'content-type': type })
    }
    await next()
    // What failed here may go well the next time.
    if (context.res.status >= 500) return forgetAnswer(database.queries, slot)
    await finishAnswer(database.queries, slot, { status: context.res.status, body: redact(await context.res.clone().text()) })
  }
}
