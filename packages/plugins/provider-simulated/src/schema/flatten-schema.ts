import { pick } from '../seeded-random.js'
import { type Schema, type SchemaNode, Unsatisfiable } from './json-schema.js'
import { mergeSchemas, typesOf } from './merge-schemas.js'
import { resolveReference } from './resolve-reference.js'
import { schemaHeight } from './schema-height.js'
import { isSparing, type Position, type Simulation } from './simulation.js'

/** A chain of references and combinations longer than this has no end. */
const longestChain = 200
/** References within references, each of them demanded, nest no deeper. */
const mostReferences = 100

/**
 * Makes one plain schema of a node: follows references, joins what `allOf` demands, and decides for one of the
 * alternatives of `anyOf`, `oneOf` and `if`. The decision may turn out wrong: whoever asks checks the value made.
 */
export function flattenSchema(node: SchemaNode, simulation: Simulation, position: Position): { schema: Schema; position: Position } {
  let schema: Schema = {}
  const references = [...position.references]
  const open: SchemaNode[] = [node]
  for (let followed = 0; open.length > 0; followed++) {
    if (followed > longestChain) throw new Unsatisfiable('The schema’s references and combinations have no end.')
    const next = open.shift()
    if (next === false) throw new Unsatisfiable('The schema allows no value.')
    if (next === undefined || next === true) continue
    const { $ref, allOf, anyOf, oneOf, if: condition, then, else: otherwise, ...plain } = next
    schema = mergeSchemas(schema, plain)
    if ($ref !== undefined) {
      references.push($ref)
      if (references.length > mostReferences) throw new Unsatisfiable('The schema demands a value that never ends.')
      open.push(resolveReference(simulation.root, $ref))
    }
    const at = { ...position, references }
    open.push(...(allOf ?? []))
    if (anyOf !== undefined) open.push(chooseAlternative(anyOf, simulation, at))
    if (oneOf !== undefined) open.push(chooseAlternative(oneOf, simulation, at))
    if (condition !== undefined) open.push(...(simulation.random() < 0.5 ? [condition, then ?? true] : [otherwise ?? true]))
    open.push(...Object.values(plain.dependentSchemas ?? {}))
  }
  return { schema, position: { ...position, references } }
}

function chooseAlternative(alternatives: readonly SchemaNode[], simulation: Simulation, position: Position): SchemaNode {
  const possible = alternatives.filter((alternative) => alternative !== false)
  if (possible.length === 0) throw new Unsatisfiable('The schema offers no alternative that allows a value.')
  if (isSparing(simulation, position)) {
    const heights = possible.map((alternative) => schemaHeight(simulation.root, alternative))
    const flattest = possible.filter((_, index) => heights[index] === Math.min(...heights))
    return pick(simulation.random, flattest)
  }
  // What may be null is mostly given.
  const telling = possible.filter((alternative) => !isNull(alternative))
  return pick(simulation.random, telling.length > 0 && simulation.random() < 0.9 ? telling : possible)
}

function isNull(node: SchemaNode): boolean {
  return typeof node !== 'boolean' && (node.const === null || typesOf(node)?.every((type) => type === 'null') === true)
}
