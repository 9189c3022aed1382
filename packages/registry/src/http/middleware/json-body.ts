import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Environment } from '../environment.js'
import { Problem } from '../problem.js'

/** Lets only bodies through that are within a size, and JSON by their content type. An absent body passes here. */
export function jsonBody(maxSize: number): MiddlewareHandler<Environment> {
  const limit = bodyLimit({
    maxSize,
    onError: () => {
      throw new Problem('too-large', `The body has more than ${maxSize} bytes.`)
    },
  })
  return async (context, next) => {
    const type = context.req.header('content-type')
    if (type !== undefined && !/^application\/json(;|$)/i.test(type.trim()))
      throw new Problem('unsupported-media-type', `The body is sent as ${type.slice(0, 100)}.`)
    return limit(context, next)
  }
}
