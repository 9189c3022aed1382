import type { PipelineDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import { nameHint } from './nearest.js'
import type { PlannedStep } from './plan.js'

type Unordered = Omit<PlannedStep, 'dependsOn'>

/**
 * Finds what each step depends on, from its references and its `needs`, and puts the steps in an order in which each
 * stands after what it depends on.
 * @returns null when there is a cycle or a name that no step has; `findings` then says so
 */
export function orderSteps(document: PipelineDocument, steps: readonly Unordered[], findings: FindingList): PlannedStep[] | null {
  const positions = new Map(document.steps.map((step, index) => [step.id, index]))
  const dependencies = new Map<string, Set<string>>()
  for (const step of steps) {
    const index = positions.get(step.id) ?? 0
    const needed = new Set<string>()
    for (const { reference } of step.compiled.references) {
      if (reference[0] === 'steps' && reference[1] !== undefined && positions.has(String(reference[1]))) needed.add(String(reference[1]))
    }
    for (const [at, name] of (step.document.needs ?? []).entries()) {
      if (positions.has(name)) needed.add(name)
      else
        findings.error(
          'semantic',
          'UNKNOWN_VARIABLE',
          `There is no step "${name}".`,
          findings.sources.value(['steps', index, 'needs', at]),
          nameHint(name, [...positions.keys()], 'Add the step.'),
        )
    }
    dependencies.set(step.id, needed)
  }

  const ordered: PlannedStep[] = []
  const waiting = new Map(steps.map((step) => [step.id, new Set(dependencies.get(step.id))]))
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
  if (ordered.length === byId.size) return ordered

  const stuck = new Set([...waiting].filter(([, left]) => left.size > 0).map(([id]) => id))
  const cycle = findCycle(stuck, dependencies)
  if (cycle) {
    const first = cycle[0] as string
    findings.error(
      'logical',
      'STEP_CYCLE',
      `These steps wait for each other: ${[...cycle, first].join(' → ')}.`,
      findings.sources.value(['steps', positions.get(first) ?? 0, 'id']),
    )
  }
  return null
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
