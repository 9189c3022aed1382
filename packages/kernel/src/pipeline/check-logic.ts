import type { FindingList } from './finding-list.js'
import { blocksOf, everyStep, everyStepOf, type Plan, type PlannedStep } from './plan.js'

/** What is legal and yet most likely a mistake: outputs that nobody reads, inputs that nothing uses. */
export function checkLogic(plan: Plan, findings: FindingList): void {
  const { document } = plan
  const readSteps = new Set<string>()
  const readInputs = new Set<string>()
  for (const {
    reference: [root, name],
  } of plan.references) {
    if (root === 'steps' && name !== undefined) readSteps.add(String(name))
    if (root === 'inputs' && name !== undefined) readInputs.add(String(name))
  }
  for (const step of everyStepOf(plan)) for (const id of step.document.needs ?? []) readSteps.add(id)

  // What the steps of a group give is its output; a tool's goes to the model, a fallback's to whom it stands in for.
  for (const step of [...plan.block.steps, ...plan.finally.steps]) {
    const position = findings.sources.value([...step.at, 'id'])
    if (!readSteps.has(step.id) && !hasEffect(step))
      findings.warn('logical', 'UNREAD_OUTPUT', `Nothing reads the output of step "${step.id}".`, position)
  }
  for (const step of everyStepOf(plan)) {
    if (step.document.if === false)
      findings.warn(
        'logical',
        'UNREAD_OUTPUT',
        `Step "${step.id}" never runs: its condition is false.`,
        findings.sources.value([...step.at, 'if']),
        'Remove the step, or write a condition.',
      )
  }
  for (const name of Object.keys(document.inputs)) {
    if (!readInputs.has(name))
      findings.warn('logical', 'UNUSED_INPUT', `Nothing uses the input "${name}".`, findings.sources.key(['inputs', name]))
  }
}

/** What has an effect of its own is worth running even if nobody reads what it returns. */
function hasEffect(step: PlannedStep): boolean {
  if (step.work.kind !== 'call') return [...everyStep(...blocksOf(step))].some(hasEffect)
  const { type } = step.work
  return type.kind !== 'step' || !type.safeToRepeat || type.effect === true
}
