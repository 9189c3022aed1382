import type { MiddlewareHandler } from 'hono'
import { mustMayPublish, mustOwn } from '../../packages/may-change.js'
import type { TokenScope } from '../../tokens/tokens.js'
import type { Environment, Services } from '../environment.js'
import { packageParameters } from '../parameters.js'

/** Lets through who may do something to the package in the address, before the body is looked at. */
export function authorize({ database }: Services, scope: 'publish' | TokenScope): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const parsed = packageParameters.safeParse(context.req.param())
    // An address that names no package is refused as such by what comes next.
    if (parsed.success) {
      const name = `${parsed.data.scope}/${parsed.data.name}`
      const caller = context.get('caller')
      await (scope === 'publish' ? mustMayPublish(database.queries, caller, name) : mustOwn(database.queries, caller, scope, name))
    }
    await next()
  }
}
