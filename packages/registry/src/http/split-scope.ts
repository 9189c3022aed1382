import { getPath } from 'hono/utils/url'

/** The path of a request, with `@scope%2Fname` after `/v1/packages/` as the two segments that it stands for. */
export function splitScope(request: Request): string {
  return getPath(request).replace(/^(\/v1\/packages\/(?:@|%40)[^/%]+)%2f/i, '$1/')
}
