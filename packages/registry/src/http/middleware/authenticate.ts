import type { MiddlewareHandler } from 'hono'
import { findCaller, type Caller } from '../../tokens/tokens.js'
import type { Environment, Services } from '../environment.js'
import { Problem } from '../problem.js'

/** Lets only callers with a valid token through. Comes before anything looks at what was sent. */
export function authenticate({ database, now, takeLeftTokens }: Services): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const header = context.req.header('authorization')
    const token = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]
    if (token === undefined)
      throw new Problem(
        'unauthenticated',
        header === undefined ? 'The request has no token.' : 'The Authorization header is not Bearer <token>.',
        {
          'www-authenticate': 'Bearer realm="pipewright"',
        },
      )
    const find = (): Promise<Caller | null> => findCaller(database, token, now())
    const caller = (await find()) ?? ((await takeLeftTokens()) ? await find() : null)
    if (!caller)
      throw new Problem('unauthenticated', 'The token is not valid, has expired or was revoked.', {
        'www-authenticate': 'Bearer realm="pipewright", error="invalid_token"',
      })
    context.set('caller', caller)
    await next()
  }
}
