import { type Schema, type SchemaNode, Unsatisfiable } from './json-schema.js'

/** Follows a reference within the document: `#`, `#/$defs/name`, `#anchor`. */
export function resolveReference(root: Schema, reference: string): SchemaNode {
  const hash = reference.indexOf('#')
  if (hash === -1) throw new Unsatisfiable(`The reference ${reference} leads out of the schema.`)
  const fragment = decodeURIComponent(reference.slice(hash + 1))
  if (fragment === '') return root
  if (!fragment.startsWith('/')) return findAnchor(root, fragment)
  let place: unknown = root
  for (const token of fragment.slice(1).split('/')) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
    place = typeof place === 'object' && place !== null && Object.hasOwn(place, key) ? Reflect.get(place, key) : undefined
  }
  if (typeof place === 'boolean' || (typeof place === 'object' && place !== null && !Array.isArray(place))) return place
  throw new Unsatisfiable(`The reference ${reference} leads nowhere.`)
}

function findAnchor(root: Schema, anchor: string): SchemaNode {
  const places: unknown[] = [root]
  for (const place of places) {
    if (typeof place !== 'object' || place === null) continue
    if (Reflect.get(place, '$anchor') === anchor) return place
    places.push(...Object.values(place))
  }
  throw new Unsatisfiable(`The schema has no anchor ${anchor}.`)
}
