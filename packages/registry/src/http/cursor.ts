import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Problem } from './problem.js'

const cursorSchema = z.strictObject({ list: z.string(), after: z.array(z.union([z.string(), z.number()])).max(4) })

/** A short name for a list, by what it was asked for with. */
export function listKey(asked: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url').slice(0, 16)
}

/** A place in a list, as clients carry it: opaque to them. */
export function writeCursor(list: string, after: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify({ list, after })).toString('base64url')
}

/** @param list what the cursor has to belong to. @throws Problem when it is not one of that list */
export function readCursor(text: string, list: string): readonly (string | number)[] {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    throw new Problem('invalid-cursor', 'The cursor is not one that this registry gave out.')
  }
  const parsed = cursorSchema.safeParse(value)
  if (!parsed.success || parsed.data.list !== list)
    throw new Problem('invalid-cursor', 'The cursor is not one that this registry gave out for this list.')
  return parsed.data.after
}
