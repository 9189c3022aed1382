import type { JsonSchema } from '../points/provider.js'
import { blocksOf, everyStepOf, type Plan, type PlannedBlock, type PlannedStep } from './plan.js'

/** What the output of each step looks like, as far as it is known before running; null where nothing is known. */
export function outputSchemas(plan: Pick<Plan, 'block' | 'finally'>): ReadonlyMap<string, JsonSchema | null> {
  const schemas = new Map<string, JsonSchema | null>()
  // Inner steps come after outer ones, so the other way round each is known when it is needed.
  for (const step of [...everyStepOf(plan)].toReversed()) schemas.set(step.id, outputSchema(step, schemas))
  return schemas
}

function outputSchema(step: PlannedStep, known: ReadonlyMap<string, JsonSchema | null>): JsonSchema | null {
  const once = outputOnce(step, known)
  // Another step or a value may stand in for it, which may look different.
  if (step.onError.kind === 'continue' || step.onError.kind === 'step') return null
  if (step.forEach) return { type: 'array', items: once ?? {} }
  return once
}

function outputOnce(step: PlannedStep, known: ReadonlyMap<string, JsonSchema | null>): JsonSchema | null {
  const { work } = step
  if (work.kind === 'call') return outputOfCall(step)
  const output = work.kind === 'group' ? work.block.output : work.output
  if (output) return outputOfTemplate(step, known)
  const inner = blocksOf(step).flatMap((block: PlannedBlock) => block.steps)
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(inner.map(({ id }) => [id, known.get(id) ?? {}])),
  }
}

function outputOfCall({ document, work }: PlannedStep): JsonSchema | null {
  if (work.kind !== 'call') return null
  if (work.type.kind === 'genesis-stage') return work.type.writes
  const own = work.type.outputSchemaFrom === undefined ? undefined : document.with?.[work.type.outputSchemaFrom]
  return typeof own === 'object' && own !== null ? (own as JsonSchema) : work.type.output
}

/** An output that is nothing but the output of a step in it looks like that. */
function outputOfTemplate({ document }: PlannedStep, known: ReadonlyMap<string, JsonSchema | null>): JsonSchema | null {
  const [, id] = /^\s*\{\{\s*steps\.(\w+)\.output\s*\}\}\s*$/.exec(typeof document.output === 'string' ? document.output : '') ?? []
  return id === undefined ? null : (known.get(id) ?? null)
}
