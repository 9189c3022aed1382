import { randomInteger } from '../seeded-random.js'
import { type Schema, type SchemaNode, Unsatisfiable } from './json-schema.js'
import { schemaHeight } from './schema-height.js'
import { isSparing, type Position, type Simulation } from './simulation.js'

export function simulateArray(schema: Schema, simulation: Simulation, position: Position): unknown[] {
  const { first, rest } = itemSchemas(schema)
  const length = arrayLength(schema, first, rest, simulation, position)
  const contained = schema.contains === undefined ? 0 : (schema.minContains ?? 1)
  const ids = first.length === 0 && contained === 0 ? idsOfItems(rest, simulation) : undefined
  const array: unknown[] = []
  const seen = new Set<string>()
  for (let index = 0; array.length < length; index++) {
    if (index > length * 20 + 20) {
      if (array.length >= (schema.minItems ?? 0) && contained === 0) break
      throw new Unsatisfiable('Not enough different items were found.')
    }
    const own = first[array.length] ?? rest
    const isContained = array.length >= length - contained && schema.contains !== undefined
    const item = simulation.simulate(isContained ? { allOf: [own, schema.contains ?? true] } : own, position)
    const id = ids?.[array.length]
    if (id !== undefined && isObject(item)) item['id'] = id
    const text = JSON.stringify(item)
    if (schema.uniqueItems === true && seen.has(text)) continue
    seen.add(text)
    array.push(item)
  }
  return array
}

/** Drafts before 2020-12 write the schemas of the first items as an array of `items`. */
function itemSchemas(schema: Schema): { first: readonly SchemaNode[]; rest: SchemaNode } {
  if (Array.isArray(schema.items)) return { first: schema.items as readonly SchemaNode[], rest: true }
  return { first: schema.prefixItems ?? [], rest: (schema.items as SchemaNode | undefined) ?? true }
}

function arrayLength(schema: Schema, first: readonly SchemaNode[], rest: SchemaNode, simulation: Simulation, position: Position): number {
  const contained = schema.contains === undefined ? 0 : (schema.minContains ?? 1)
  const low = Math.max(schema.minItems ?? 0, contained)
  const high = Math.min(schema.maxItems ?? Infinity, rest === false ? first.length : Infinity)
  if (low > high) throw new Unsatisfiable('An array has to hold more items than it may.')
  if (low > simulation.budget.left) throw new Unsatisfiable('The schema demands more values than an answer can hold.')
  const item = first[0] ?? rest
  if (isSparing(simulation, position) || item === false || schemaHeight(simulation.root, item) === Infinity) return low
  const listed = first.length === 0 && contained === 0 ? idsOfItems(rest, simulation)?.length : undefined
  if (listed !== undefined) return Math.min(high, Math.max(low, listed))
  const usual = simulation.detail === 'brief' ? low + 1 : Math.max(low, first.length) + randomInteger(simulation.random, 1, 3)
  return Math.min(high, Math.max(usual, first.length))
}

/**
 * Where the prompt numbers its items and the answer is a list of records with an `id`, there is one record for each item,
 * as a model would have it. Undefined where that is not so.
 */
function idsOfItems(item: SchemaNode, { material }: Simulation): (string | number)[] | undefined {
  if (typeof item !== 'object' || material.ids.length === 0) return undefined
  const id = item.properties?.['id']
  if (typeof id !== 'object' || id.enum !== undefined || id.const !== undefined || id.pattern !== undefined) return undefined
  if (id.type === 'string') return [...material.ids]
  if (id.type !== 'integer' && id.type !== 'number') return undefined
  const numbers = material.ids.map(Number)
  return numbers.every((number) => Number.isSafeInteger(number)) ? numbers : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
