import { randomInteger } from '../seeded-random.js'
import { type Schema, Unsatisfiable } from './json-schema.js'
import type { Position, Simulation } from './simulation.js'

/** What numbers of a name usually lie between. */
const usualRanges: readonly (readonly [name: RegExp, low: number, high: number])[] = [
  [/score|confidence|probability|likelihood|ratio|share|sentiment/i, 0, 1],
  [/rating|stars|severity|priority/i, 1, 5],
  [/percent/i, 0, 100],
  [/year/i, 2000, 2030],
  [/count|number|total|amount|quantity/i, 0, 20],
]

export function simulateNumber(schema: Schema, simulation: Simulation, position: Position): number {
  const range = numberRange(schema, position.name)
  const isAllowed = (value: number): boolean =>
    value >= (schema.minimum ?? -Infinity) &&
    value <= (schema.maximum ?? Infinity) &&
    value > (schema.exclusiveMinimum ?? -Infinity) &&
    value < (schema.exclusiveMaximum ?? Infinity) &&
    (schema.type !== 'integer' || Number.isInteger(value)) &&
    (schema.multipleOf === undefined || Number.isInteger(value / schema.multipleOf))

  const step = schema.multipleOf ?? (schema.type === 'integer' ? 1 : undefined)
  for (let attempt = 0; attempt < 100; attempt++) {
    const value = step === undefined ? somewhere(range, simulation, attempt) : onStep(range, step, simulation)
    if (isAllowed(value)) return value
  }
  // Nothing random was allowed: the range is narrow, or few multiples in it survive floating point.
  const first = step === undefined ? range.low : Math.ceil(range.low / step)
  for (let index = 0; index < 1_000; index++) {
    const value = step === undefined ? first : (first + index) * step
    if (isAllowed(value)) return value
  }
  throw new Unsatisfiable('No number fits the limits asked for.')
}

interface Range {
  readonly low: number
  readonly high: number
}

function numberRange(schema: Schema, name: string): Range {
  const low = Math.max(schema.minimum ?? -Infinity, schema.exclusiveMinimum ?? -Infinity)
  const high = Math.min(schema.maximum ?? Infinity, schema.exclusiveMaximum ?? Infinity)
  if (low > high) throw new Unsatisfiable('The smallest number allowed is above the largest.')
  const usual = usualRanges.find(([pattern, from, to]) => pattern.test(name) && from >= low && to <= high)
  if (usual !== undefined) return { low: usual[1], high: usual[2] }
  const width = Math.max(100, (schema.multipleOf ?? 1) * 10)
  if (Number.isFinite(low) && Number.isFinite(high)) return { low, high }
  if (Number.isFinite(low)) return { low, high: low + Math.max(width, Math.abs(low)) }
  if (Number.isFinite(high)) return { low: high - Math.max(width, Math.abs(high)), high }
  return { low: 0, high: width }
}

/** A number within the range, with as few decimals as tell it apart. */
function somewhere({ low, high }: Range, { random }: Simulation, attempt: number): number {
  const value = low + random() * (high - low)
  const decimals = Math.min(15, Math.max(0, 2 - Math.floor(Math.log10(high - low || 1)))) + Math.floor(attempt / 10)
  return attempt > 60 ? value : Number(value.toFixed(Math.min(decimals, 20)))
}

function onStep({ low, high }: Range, step: number, { random }: Simulation): number {
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)]
  if (first > last) throw new Unsatisfiable('No multiple of the step asked for lies within the limits.')
  // Decimal steps: 3 × 0.1 is 0.30000000000000004, which some multiples survive as they are and some when rounded.
  const value = randomInteger(random, first, last) * step
  return random() < 0.5 ? value : Number(value.toPrecision(12))
}
