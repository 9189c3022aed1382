import { pick, randomInteger } from '../seeded-random.js'
import { boundedRegExp } from './bounded-regexp.js'
import { type Schema, type SchemaNode, Unsatisfiable } from './json-schema.js'
import { schemaHeight } from './schema-height.js'
import { simulatePattern } from './simulate-pattern.js'
import { isSparing, type Position, type Simulation } from './simulation.js'

export function simulateObject(schema: Schema, simulation: Simulation, position: Position): Record<string, unknown> {
  const names = propertyNames(schema, simulation, position)
  addNames(names, schema, simulation, position)
  const entries = [...names].map((name) => [name, simulation.simulate(schemaOfProperty(schema, name), { ...position, name })] as const)
  return Object.fromEntries(entries)
}

/** The properties that the schema describes: all that are required, and as many of the others as the attempt includes. */
function propertyNames(schema: Schema, simulation: Simulation, position: Position): Set<string> {
  const required = new Set(schema.required)
  for (const name of required) for (const other of schema.dependentRequired?.[name] ?? []) required.add(other)
  const names = new Set<string>()
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const isWanted = property !== false && !isSparing(simulation, position) && simulation.random() < simulation.optional
    const isPossible = isWanted && names.size < (schema.maxProperties ?? Infinity) && schemaHeight(simulation.root, property) < Infinity
    if (required.has(name) || isPossible) names.add(name)
  }
  for (const name of names) for (const other of schema.dependentRequired?.[name] ?? []) names.add(other)
  for (const name of required) names.add(name)
  for (const name of names) if (names.size > (schema.maxProperties ?? Infinity) && !required.has(name)) names.delete(name)
  return names
}

/** A map from free names to values gets a few; so does an object that has to hold more than its schema describes. */
function addNames(names: Set<string>, schema: Schema, simulation: Simulation, position: Position): void {
  const isMap =
    schema.properties === undefined && (typeof schema.additionalProperties === 'object' || schema.patternProperties !== undefined)
  const usual = isMap && !isSparing(simulation, position) ? randomInteger(simulation.random, 1, 3) : 0
  const wanted = Math.min(schema.maxProperties ?? Infinity, Math.max(schema.minProperties ?? 0, usual))
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (names.size < (schema.minProperties ?? 0) && property !== false) names.add(name)
  }
  for (let attempt = 0; names.size < wanted; attempt++) {
    if (attempt > wanted * 20) throw new Unsatisfiable('Not enough property names were found.')
    const name = newName(schema, simulation, position)
    if (schemaOfProperty(schema, name) !== false) names.add(name)
  }
}

function newName(schema: Schema, simulation: Simulation, position: Position): string {
  if (schema.propertyNames !== undefined)
    return String(simulation.simulate({ allOf: [{ type: 'string' }, schema.propertyNames] }, position))
  const patterns = Object.keys(schema.patternProperties ?? {})
  if (patterns.length > 0) return simulatePattern(pick(simulation.random, patterns), simulation.random)
  return pick(simulation.random, simulation.material.words) + (simulation.random() < 0.5 ? '' : randomInteger(simulation.random, 2, 99))
}

function schemaOfProperty(schema: Schema, name: string): SchemaNode {
  const own = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined
  const matching = Object.entries(schema.patternProperties ?? {}).flatMap(([pattern, node]) =>
    boundedRegExp(pattern).test(name) ? [node] : [],
  )
  const said = own === undefined ? matching : [own, ...matching]
  if (said.length === 0) return schema.additionalProperties ?? true
  return said.length === 1 ? (said[0] ?? true) : { allOf: said }
}
