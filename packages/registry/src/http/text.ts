import { z } from '@hono/zod-openapi'

/** No NUL and no half characters: what the database takes. */
const keepable = /^[^\0\ud800-\udfff]*$/u

/** A text of a person's, as the database takes it. */
export function keepableText(maxLength: number) {
  return z.string().max(maxLength).regex(keepable, 'has a NUL or half a character in it').openapi({ pattern: keepable.source })
}
