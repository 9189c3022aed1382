import type { JsonSchema } from '../points/provider.js'
import { alternatives, isRecord, schemaShape, type Shape } from './shape.js'
import { lookUp } from './look-up.js'
import type { DocumentPath } from './source-map.js'

/** The language that the text at a path of a step's input is in, if it is one of its own: `jsonata`. */
export function languageAt(input: JsonSchema, path: DocumentPath): string | null {
  if (!mayHaveLanguage(input)) return null
  let shape: Shape | null = schemaShape(input)
  for (const part of path) {
    const found = shape && lookUp(shape, part)
    shape = found?.is === 'known' ? found.shape : null
  }
  for (const single of alternatives(shape) ?? [])
    if (single.kind === 'schema' && typeof single.schema['language'] === 'string') return single.schema['language']
  return null
}

const known = new WeakMap<JsonSchema, boolean>()

/** Most inputs have no such text anywhere. */
function mayHaveLanguage(input: JsonSchema): boolean {
  const before = known.get(input)
  if (before !== undefined) return before
  const found = has(input, 0)
  known.set(input, found)
  return found
}

function has(node: unknown, depth: number): boolean {
  if (depth > 40) return true
  if (Array.isArray(node)) return node.some((one) => has(one, depth + 1))
  return isRecord(node) && (typeof node['language'] === 'string' || Object.values(node).some((one) => has(one, depth + 1)))
}
