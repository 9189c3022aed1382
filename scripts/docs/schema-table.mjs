import { code, table } from './markdown.mjs'

const required = '**required**'

/**
 * A JSON Schema as a table of its keys, those of maps within it included, by their path.
 * @returns an empty text for a schema without keys
 */
export function schemaTable(schema) {
  const rows = keysOf(schema, '')
  if (rows.length === 0) return ''
  return table(['key', 'type', 'default', 'meaning'], rows)
}

/** The words that a key takes and what each means, for keys whose schema says it. @returns a part of the page for each */
export function wordTables(schema) {
  return Object.entries(schema.properties ?? {}).flatMap(([key, { enum: words, enumDescriptions: meanings }]) =>
    meanings === undefined
      ? []
      : [
          `#### ${code(key)}\n\n${table(
            ['word', 'meaning'],
            words.map((word, index) => [code(word), meanings[index]]),
          )}`,
        ],
  )
}

function keysOf(schema, path) {
  const rows = []
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const own = path === '' ? key : `${path}.${key}`
    const isRequired = (schema.required ?? []).includes(key) && value.default === undefined
    rows.push([code(own), typeOf(value), defaultOf(value, isRequired), value.description ?? ''], ...keysWithin(value, own))
  }
  return rows
}

/** The keys of what a value holds: of a map, of each element of a list, of each value of a map with free keys. */
function keysWithin(schema, path) {
  // What has a name of its own is told by that.
  if (schema.title !== undefined) return []
  if (schema.properties !== undefined) return keysOf(schema, path)
  if (isObject(schema.items)) return keysWithin(schema.items, `${path}[]`)
  if (isObject(schema.additionalProperties)) return keysWithin(schema.additionalProperties, `${path}.*`)
  return ofAlternatives((schema.anyOf ?? []).map((branch) => keysWithin(branch, path)).filter((rows) => rows.length > 0))
}

/** Each key once; where there are several kinds of maps, none of their keys has to be there. */
function ofAlternatives(alternatives) {
  if (alternatives.length < 2) return alternatives.flat()
  const rows = new Map()
  for (const [key, type, fallback, meaning] of alternatives.flat())
    if (!rows.has(key)) rows.set(key, [key, type, fallback === required ? '' : fallback, meaning])
  return [...rows.values()]
}

function defaultOf(schema, isRequired) {
  if (isRequired) return required
  return schema.default === undefined ? '' : code(JSON.stringify(schema.default))
}

function typeOf(schema) {
  // What a schema refers to by name has a table of its own.
  if (schema.$ref !== undefined) return `[${schema.$ref.split('/').at(-1)}](#${schema.$ref.split('/').at(-1)})`
  if (schema.title !== undefined) return schema.title
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ type })).join(' or ')
  if (schema.const !== undefined) return code(JSON.stringify(schema.const))
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(', ')
  const branches = schema.anyOf ?? schema.oneOf
  if (branches !== undefined) return [...new Set(branches.map(typeOf))].join(' or ')
  if (schema.type === 'array')
    return `list${isObject(schema.items) && Object.keys(schema.items).length > 0 ? ` of ${typeOf(schema.items)}` : ''}${range(schema.minItems, schema.maxItems)}`
  if (schema.type === 'object')
    return schema.properties === undefined && isObject(schema.additionalProperties) && Object.keys(schema.additionalProperties).length > 0
      ? `map of ${typeOf(schema.additionalProperties)}`
      : 'map'
  if (schema.type === 'string')
    return schema.language === 'jsonata' ? 'JSONata expression' : `text${schema.format === 'uri' ? ' (address)' : ''}`
  if (schema.type === 'integer' || schema.type === 'number')
    return `${schema.type === 'integer' ? 'whole number' : 'number'}${range(lower(schema), upper(schema))}`
  if (schema.type === 'boolean') return 'yes or no'
  return schema.type === 'null' ? 'nothing' : 'anything'
}

function lower({ minimum, exclusiveMinimum }) {
  if (exclusiveMinimum !== undefined) return `more than ${exclusiveMinimum}`
  return minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum
}

function upper({ maximum }) {
  return maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum
}

function range(least, most) {
  if (least === undefined && most === undefined) return ''
  if (most === undefined) return typeof least === 'string' ? `, ${least}` : `, at least ${least}`
  if (least === undefined) return `, at most ${most}`
  return `, ${least} to ${most}`
}

function isObject(value) {
  return typeof value === 'object' && value !== null
}
