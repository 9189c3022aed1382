import { type Schema, type SchemaNode } from './json-schema.js'
import { resolveReference } from './resolve-reference.js'

/** A schema that refers to itself in many places is looked into this often at most. */
const mostVisits = 5_000

/** How deep the flattest value that fits a schema nests; Infinity when it cannot end. Decides which alternative ends a recursion. */
export function schemaHeight(root: Schema, node: SchemaNode): number {
  let visits = 0
  const open = new Set<Schema>()

  const height = (at: SchemaNode): number => {
    if (at === false || ++visits > mostVisits) return Infinity
    if (at === true) return 0
    if (open.has(at)) return Infinity
    open.add(at)
    const found = Math.max(
      containerHeight(at),
      at.$ref === undefined ? 0 : height(resolveReference(root, at.$ref)),
      ...(at.allOf ?? []).map(height),
      at.anyOf === undefined ? 0 : Math.min(...at.anyOf.map(height)),
      at.oneOf === undefined ? 0 : Math.min(...at.oneOf.map(height)),
    )
    open.delete(at)
    return found
  }

  const containerHeight = (at: Schema): number => {
    const required = (at.required ?? []).map((name) => at.properties?.[name] ?? true)
    const items = [...(at.prefixItems ?? []), ...((at.minItems ?? 0) > 0 && at.items !== undefined ? [at.items].flat() : [])]
    const children = [...required, ...items] as SchemaNode[]
    return children.length === 0 ? 0 : 1 + Math.max(...children.map(height))
  }

  return height(node)
}
