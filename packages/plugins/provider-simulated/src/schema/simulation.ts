import type { Random } from '@pipewright/kernel'
import type { PromptMaterial } from '../prompt-material.js'
import { type Schema, type SchemaNode, Unsatisfiable } from './json-schema.js'

/** How much an answer says: everything, everything in few words, or no more than the schema demands. */
export type Detail = 'full' | 'brief' | 'least'

/** What one attempt at an answer works with. */
export interface Simulation {
  readonly root: Schema
  readonly random: Random
  readonly material: PromptMaterial
  readonly detail: Detail
  /** The share of optional properties that the attempt includes, 0..1. */
  readonly optional: number
  /** Makes a value for a part of the schema. @throws Unsatisfiable */
  readonly simulate: (node: SchemaNode, position: Position) => unknown
  /** How many more values the answer may hold. */
  readonly budget: { left: number }
}

/** Where in the answer a value stands. */
export interface Position {
  /** The name of the property that the value belongs to; an array's items have the array's. */
  readonly name: string
  /** The references followed to get here, the last one last. */
  readonly references: readonly string[]
}

/** A schema that refers to itself is followed this often; from then on only where it demands it. */
const deepestRecursion = 1

/** Whether to say no more than the schema demands from here on. */
export function isSparing(simulation: Simulation, { references }: Position): boolean {
  const repeated = references.filter((reference) => reference === references.at(-1)).length
  return simulation.detail === 'least' || repeated > deepestRecursion || simulation.budget.left < 1_000
}

/** Counts a value against the most that an answer may hold. */
export function spendValue(simulation: Simulation): void {
  simulation.budget.left -= 1
  if (simulation.budget.left < 0) throw new Unsatisfiable('The schema demands more values than an answer can hold.')
}
