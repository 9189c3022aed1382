import type { StepDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import { nameHint } from './nearest.js'
import type { PlannedStep } from './plan.js'
import type { DocumentPath } from './source-map.js'

/**
 * Finds what each step of a block depends on, from what it and the steps in it refer to, its `needs` and its session, and
 * puts the steps in an order in which each stands after what it depends on. A circle, and a name that no step has, become
 * findings.
 * @param steps those of `documents` that could be bound
 */
export function orderSteps(
  documents: readonly StepDocument[],
  at: DocumentPath,
  steps: readonly PlannedStep[],
  findings: FindingList,
): PlannedStep[] {
  const positions = new Map(documents.map((step, index) => [step.id, index]))
  const dependencies = new Map<string, Set<string>>()
  const sessions = new Map<string, string>()
  for (const step of steps) {
    const needed = new Set(step.reads.filter((id) => positions.has(id)))
    for (const [index, name] of (step.document.needs ?? []).entries()) {
      if (positions.has(name)) needed.add(name)
      else
        findings.error(
          'semantic',
          'UNKNOWN_VARIABLE',
          `There is no step "${name}" beside "${step.id}".`,
          findings.sources.value([...step.at, 'needs', index]),
          nameHint(name, [...positions.keys()], 'Add the step.'),
        )
    }
    const { session } = step.document
    if (session !== undefined) {
      const before = sessions.get(session)
      if (before !== undefined) needed.add(before)
      sessions.set(session, step.id)
    }
    dependencies.set(step.id, needed)
  }

  const ordered: PlannedStep[] = []
  const waiting = new Map([...dependencies].map(([id, needed]) => [id, new Set(needed)]))
  const dependents = new Map<string, string[]>()
  for (const [id, needed] of dependencies) {
    for (const name of needed) {
      const others = dependents.get(name)
      if (others) others.push(id)
      else dependents.set(name, [id])
    }
  }
  const byId = new Map(steps.map((step) => [step.id, step]))
  const ready = steps.filter((step) => waiting.get(step.id)?.size === 0).map((step) => step.id)
  for (let next = 0; next < ready.length; next++) {
    const id = ready[next] as string
    const step = byId.get(id)
    if (step) ordered.push({ ...step, dependsOn: [...(dependencies.get(id) ?? [])] })
    for (const dependent of dependents.get(id) ?? []) {
      const left = waiting.get(dependent)
      left?.delete(id)
      if (left?.size === 0) ready.push(dependent)
    }
  }
  if (ordered.length < byId.size) {
    // What waits for a step that could not be bound is no circle; that step has a finding of its own.
    const stuck = new Set([...waiting].filter(([, left]) => left.size > 0).map(([id]) => id))
    const cycle = findCycle(stuck, dependencies)
    const [first] = cycle ?? []
    if (cycle && first !== undefined)
      findings.error(
        'logical',
        'STEP_CYCLE',
        `These steps wait for each other: ${[...cycle, first].join(' → ')}.`,
        findings.sources.value([...at, positions.get(first) ?? 0, 'id']),
      )
  }
  return ordered
}

function findCycle(stuck: ReadonlySet<string>, dependencies: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const path: string[] = []
  let current = [...stuck][0]
  while (current !== undefined) {
    const seenAt = path.indexOf(current)
    if (seenAt !== -1) return path.slice(seenAt)
    path.push(current)
    current = [...(dependencies.get(current) ?? [])].find((name) => stuck.has(name))
  }
  return null
}
