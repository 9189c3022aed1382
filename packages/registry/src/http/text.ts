import { z } from '@hono/zod-openapi'
import { isKeepable } from '../packages/why-not-kept.js'

/** A text of a person's, as the database takes it. */
export function keepableText(maxLength: number) {
  return z.string().max(maxLength).refine(isKeepable, 'has a NUL or half a character in it')
}
