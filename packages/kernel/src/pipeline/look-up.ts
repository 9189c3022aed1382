import type { JsonSchema } from '../points/provider.js'
import { alternatives, isNull, isRecord, ownTypes, schemaShape, typeShape, type JsonType, type Shape, type Single } from './shape.js'

/** What lies under a key. */
export type Found =
  | { readonly is: 'known'; readonly shape: Shape }
  | { readonly is: 'unknown' }
  /** It cannot be there. */
  | { readonly is: 'missing'; readonly keys: readonly string[]; readonly type: JsonType }
  /** It may be there, though the keys that are said to be there are others. */
  | { readonly is: 'undeclared'; readonly keys: readonly string[] }

const unknown: Found = { is: 'unknown' }

/** What lies under a key of a value, as templates read it: own keys, and `size`, `first` and `last` of lists and texts. */
export function lookUp(shape: Shape | null, key: string | number): Found {
  const singles = alternatives(shape)
  // Of null nothing can be read, and what may be null is most likely not.
  const found = singles?.filter((single) => !isNull(single)).map((single) => lookUpOne(single, key))
  if (!found || found.length === 0) return unknown
  const known = found.flatMap((one) => (one.is === 'known' ? [one.shape] : []))
  if (found.some(({ is }) => is === 'unknown')) return unknown
  if (known.length > 0) return { is: 'known', shape: known.length === 1 ? (known[0] as Shape) : { kind: 'either', of: known } }
  return found.find(({ is }) => is === 'undeclared') ?? (found[0] as Found)
}

function lookUpOne(single: Single, key: string | number): Found {
  if (single.kind === 'list') return inList(key, () => found(single.items))
  if (single.kind === 'map') {
    const { properties } = single
    return properties.has(String(key)) ? found(properties.get(String(key)) ?? null) : inMap(key, [...properties.keys()])
  }
  const { schema, root } = single
  const properties = isRecord(schema['properties']) ? schema['properties'] : {}
  if (Object.hasOwn(properties, key)) return found(schemaShape(properties[key], root))
  const types = ownTypes(single)
  if (types?.size !== 1) return unknown
  const [type] = [...types] as [JsonType]
  if (type === 'array') return inList(key, () => found(itemOf(schema, root, key)))
  if (type === 'object') return inOpenMap(key, schema, properties, root)
  if (type === 'string' && (typeof key === 'number' || key === 'first' || key === 'last')) return unknown
  return key === 'size' ? known(typeShape('integer')) : { is: 'missing', keys: [], type }
}

function inOpenMap(key: string | number, schema: JsonSchema, properties: Readonly<Record<string, unknown>>, root: JsonSchema): Found {
  if (schema['patternProperties'] !== undefined) return unknown
  const { additionalProperties: more } = schema
  if (isRecord(more) && Object.keys(more).length > 0) return found(schemaShape(more, root))
  const keys = Object.keys(properties)
  if (more === false) return inMap(key, keys)
  return key === 'size' ? known(typeShape('integer')) : keys.length > 0 ? { is: 'undeclared', keys } : unknown
}

function inMap(key: string | number, keys: readonly string[]): Found {
  return key === 'size' ? known(typeShape('integer')) : { is: 'missing', keys, type: 'object' }
}

function inList(key: string | number, item: () => Found): Found {
  if (key === 'size') return known(typeShape('integer'))
  return typeof key === 'number' || key === 'first' || key === 'last' ? item() : { is: 'missing', keys: [], type: 'array' }
}

function itemOf(schema: JsonSchema, root: JsonSchema, key: string | number): Shape | null {
  const first: unknown = schema['prefixItems']
  if (!Array.isArray(first)) return schemaShape(schema['items'], root)
  return typeof key === 'number' && key < first.length ? schemaShape(first[key], root) : null
}

function found(shape: Shape | null): Found {
  return shape ? known(shape) : unknown
}

function known(shape: Shape): Found {
  return { is: 'known', shape }
}
