import { createHash } from 'node:crypto'

const name = 'idempotency-key'
const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Adds the header by which a service recognises a request that it has done already, unless the pipeline gives one itself. */
export function addIdempotencyKey(headers: Headers, method: string, key: string): void {
  if (!changing.has(method) || headers.has(name)) return
  // A header takes no more than visible ASCII, and services take no more than 255 characters.
  headers.set(name, /^[\u0021-\u007e]{1,255}$/.test(key) ? key : createHash('sha256').update(key).digest('hex'))
}
