import { pick } from '../seeded-random.js'
import { flattenSchema } from './flatten-schema.js'
import { type Schema, type SchemaNode, Unsatisfiable } from './json-schema.js'
import { choicesOf, typesOf } from './merge-schemas.js'
import { simulateArray } from './simulate-array.js'
import { simulateNumber } from './simulate-number.js'
import { simulateObject } from './simulate-object.js'
import { simulateString } from './simulate-string.js'
import { spendValue, type Position, type Simulation } from './simulation.js'

/** One attempt at a value that fits a schema. @throws Unsatisfiable when the choices made lead nowhere. */
export function simulateValue(node: SchemaNode, simulation: Simulation, at: Position): unknown {
  spendValue(simulation)
  const { schema, position } = flattenSchema(node, simulation, at)
  const types = typesOf(schema)
  const choices = choicesOf(schema)
  if (choices !== undefined) {
    const fitting = choices.filter((choice) => types === undefined || types.some((type) => isOfType(choice, type)))
    if (fitting.length === 0) throw new Unsatisfiable('None of the allowed values is of the type asked for.')
    return pick(simulation.random, fitting)
  }
  switch (chooseType(types ?? [impliedType(schema)], simulation)) {
    case 'null':
      return null
    case 'boolean':
      return simulation.random() < 0.5
    case 'integer':
      return simulateNumber({ ...schema, type: 'integer' }, simulation, position)
    case 'number':
      return simulateNumber(schema, simulation, position)
    case 'array':
      return simulateArray(schema, simulation, position)
    case 'object':
      return simulateObject(schema, simulation, position)
    default:
      return simulateString(schema, simulation, position)
  }
}

/** What may be null is mostly given. */
function chooseType(types: readonly string[], simulation: Simulation): string {
  const telling = types.filter((type) => type !== 'null')
  if (telling.length === 0) return 'null'
  return telling.length < types.length && simulation.random() < 0.1 ? 'null' : pick(simulation.random, telling)
}

/** The type that a schema without one is about. */
function impliedType(schema: Schema): string {
  const mentions = (...keywords: (keyof Schema)[]): boolean => keywords.some((keyword) => schema[keyword] !== undefined)
  if (mentions('properties', 'patternProperties', 'additionalProperties', 'propertyNames', 'minProperties', 'maxProperties'))
    return 'object'
  if ((schema.required?.length ?? 0) > 0) return 'object'
  if (mentions('items', 'prefixItems', 'contains', 'minItems', 'maxItems')) return 'array'
  if (mentions('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf')) return 'number'
  return 'string'
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}
