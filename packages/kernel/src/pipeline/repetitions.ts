import type { CompiledValue } from './compiled-value.js'
import type { Plan, PlannedStep } from './plan.js'
import type { Scope } from './template-engine.js'

/** How often something happens: at best, most likely, and at worst. */
export interface Times {
  readonly low: number
  readonly expected: number
  readonly worst: number
  /** Whether it is taken to be so, since it is only known at run time. */
  readonly isAssumed: boolean
}

/** How many items a list is taken to have when that is only known at run time. */
const assumedItems: Times = { low: 1, expected: 10, worst: 100, isAssumed: true }

/** What is known of a run's values before it: inputs that are not given count with their defaults. */
export function knownScope(plan: Plan, inputs: Readonly<Record<string, unknown>>): Scope {
  const defaults = Object.entries(plan.document.inputs).flatMap(([name, input]) =>
    input.default === undefined ? [] : [[name, input.default]],
  )
  const scope: Scope = {
    inputs: { ...Object.fromEntries(defaults), ...inputs },
    variables: {},
    steps: {},
    run: { id: 'run', started_at: '' },
  }
  const variables: Record<string, unknown> = {}
  for (const { name, value } of plan.variables) {
    try {
      variables[name] = value.evaluate({ ...scope, variables })
    } catch {
      // It needs an input that is not given yet.
    }
  }
  return { ...scope, variables }
}

/** How many items a step has; once for one without a list. */
export function itemsOf(step: PlannedStep, scope: Scope): Times {
  if (!step.forEach) return exactly(1)
  const count = countOf(step.forEach.items, scope)
  return count === null ? assumedItems : exactly(count)
}

/** What `item` and its other names are for some of the items of a list that is known, from all parts of it; null when it is not. */
export function sampleItems(step: PlannedStep, scope: Scope, most: number): readonly Scope[] | null {
  if (!step.forEach) return null
  const { as, items: list } = step.forEach
  const items = knownItems(list, scope)
  if (!items) return null
  const taken = Math.min(items.length, most)
  return Array.from({ length: taken }, (_, position) => {
    const index = Math.floor((position * items.length) / taken)
    const item = items.at(index)
    return { item, index, ...(as === null ? {} : { [as]: item }) }
  })
}

/** How often a step is done for each item: half as often as it may, most likely. */
export function roundsOf({ loop }: PlannedStep): Times {
  if (!loop) return exactly(1)
  const { while: before, maxIterations: worst } = loop
  return { low: before ? 0 : 1, expected: Math.ceil(worst / 2), worst, isAssumed: true }
}

/** How many items are worked on side by side. */
export function sideBySide(step: PlannedStep, plan: Plan): number {
  return step.forEach ? (step.document.concurrency ?? plan.document.defaults.concurrency ?? 4) : 1
}

function exactly(count: number): Times {
  return { low: count, expected: count, worst: count, isAssumed: false }
}

function countOf(list: CompiledValue, scope: Scope): number | null {
  return knownItems(list, scope)?.length ?? null
}

interface KnownItems {
  readonly length: number
  at(index: number): unknown
}

function knownItems(list: CompiledValue, scope: Scope): KnownItems | null {
  try {
    const items = list.evaluate(scope)
    return Array.isArray(items) ? items : rangeOf(items)
  } catch {
    // The list comes out of another step.
    return null
  }
}

function rangeOf(items: unknown): KnownItems | null {
  const { from = 0, to, step = 1 } = (items ?? {}) as Record<string, unknown>
  if (to === undefined) return null
  const [first, last, by] = [from, to, step].map(Number) as [number, number, number]
  if (![first, last, by].every(Number.isFinite)) return null
  return { length: Math.max(0, Math.floor((last - first) / by) + 1), at: (index) => first + index * by }
}
