import { PipewrightError, type JsonSchema } from '@pipewright/kernel'
import type { PromptMaterial } from './prompt-material.js'
import { compileSchema, type CompiledSchema } from './schema/compile-schema.js'
import { Unsatisfiable } from './schema/json-schema.js'
import { simulateValue } from './schema/simulate-value.js'
import type { Detail, Simulation } from './schema/simulation.js'
import { seededRandom } from './seeded-random.js'

/** What an attempt does with optional properties: first all of them, then, should that contradict the schema, some or none. */
const optionalShares = [1, 1, 0.5, 0, 0.7, 0.3]
const mostAttempts = 60
/** The values that one answer may hold, and that all attempts at one detail may make together. */
const mostValues = 20_000
const mostValuesTried = 50_000

/**
 * JSON text that fits a schema: as detailed as there is room for, and no longer than `mostBytes` if that can be.
 * @throws PROVIDER_INVALID_REQUEST for a schema that is not one, or that no value was found for
 */
export async function simulateJson(schema: JsonSchema, seed: string, material: PromptMaterial, mostBytes: number): Promise<string> {
  const compiled = await compileSchema(schema)
  let shortest: string | undefined
  for (const detail of ['full', 'brief', 'least'] as const) {
    const text = attemptJson(compiled, seed, material, detail)
    if (text === undefined) continue
    if (Buffer.byteLength(text) <= mostBytes) return text
    if (shortest === undefined || text.length < shortest.length) shortest = text
  }
  if (shortest !== undefined) return shortest
  throw new PipewrightError('PROVIDER_INVALID_REQUEST', 'The simulated provider found no value that fits the output schema.', {
    hint: 'Look for demands that exclude each other, or simplify the schema; a real model may do better, or not.',
  })
}

function attemptJson(compiled: CompiledSchema, seed: string, material: PromptMaterial, detail: Detail): string | undefined {
  let left = mostValuesTried
  for (let attempt = 0; attempt < mostAttempts && left > 0; attempt++) {
    const optional = detail === 'least' ? 0 : (optionalShares[attempt % optionalShares.length] ?? 1)
    const random = seededRandom(`${seed} ${detail} ${attempt}`)
    const simulation: Simulation = {
      root: compiled.root,
      random,
      material,
      detail,
      optional,
      budget: { left: mostValues },
      simulate: (node, at) => simulateValue(node, simulation, at),
    }
    try {
      const value = simulateValue(compiled.root, simulation, { name: '', references: [] })
      if (compiled.fits(value)) return JSON.stringify(value)
    } catch (error) {
      if (!(error instanceof Unsatisfiable)) throw error
    }
    left -= mostValues - simulation.budget.left
  }
  return undefined
}
