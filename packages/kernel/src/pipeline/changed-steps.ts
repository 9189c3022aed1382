import { canonicalJson } from './canonical-json.js'
import { everyStep, type Plan, type PlannedStep } from './plan.js'

/** What has become of the steps of a pipeline since an earlier version of it. */
export interface ChangedSteps {
  /** Ids of the pipeline's own steps that would do the same as before, with the same that went into them. */
  readonly hold: readonly string[]
  /** Ids of those that were changed or added, or are to be done again, and of those after them. */
  readonly again: readonly string[]
}

/**
 * Compares two versions of a pipeline.
 * @param besides ids of steps that do something else for a reason of their own
 */
export function changedSteps(before: Plan, after: Plan, besides: ReadonlySet<string> = new Set()): ChangedSteps {
  const old = new Map([...before.block.steps, ...before.finally.steps].map((step) => [step.id, signature(before, step)]))
  const again = new Set<string>()
  const hold: string[] = []
  // Each step stands after those that it depends on; what comes at the end may refer to all others.
  for (const step of [...after.block.steps, ...after.finally.steps]) {
    const isChanged = old.get(step.id) !== signature(after, step) || besides.has(step.id)
    if (isChanged || [...step.dependsOn, ...step.reads].some((id) => again.has(id))) again.add(step.id)
    else hold.push(step.id)
  }
  return { hold, again: [...again] }
}

/** All that decides what a step makes of what is given to it. How long it may take and how often it is tried does not. */
function signature(plan: Plan, step: PlannedStep): string {
  const inner = [...everyStep({ steps: [step], output: null })]
  const ids = new Set(inner.map(({ id }) => id))
  const variables = new Set<string>()
  for (const { reference, step: owner } of plan.references)
    if (owner !== null && ids.has(owner) && reference[0] === 'variables') note(plan, String(reference[1]), variables)
  return canonicalJson({
    document: step.document,
    models: inner.map(({ work }) => (work.kind === 'call' ? work.models : [])),
    variables: [...variables].toSorted().map((name) => [name, plan.document.variables[name] ?? null]),
  })
}

/** A variable, and those that it is made of. */
function note(plan: Plan, name: string, found: Set<string>): void {
  if (found.has(name)) return
  found.add(name)
  const variable = plan.variables.find((one) => one.name === name)
  for (const { template } of variable?.value.templates ?? [])
    for (const [root, other] of template.references) if (root === 'variables') note(plan, String(other), found)
}
