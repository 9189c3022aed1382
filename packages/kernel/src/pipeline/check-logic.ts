import type { FindingList } from './finding-list.js'
import type { Plan } from './plan.js'

/** What is legal and yet most likely a mistake: outputs that nobody reads, inputs that nothing uses. */
export function checkLogic(plan: Plan, findings: FindingList): void {
  const { document } = plan
  const readSteps = new Set<string>()
  const readInputs = new Set<string>()
  const references = [
    ...plan.steps.flatMap((step) => step.compiled.references.map(({ reference }) => reference)),
    ...plan.outputs.templates.flatMap(({ template }) => template.references),
  ]
  for (const [root, name] of references) {
    if (root === 'steps' && name !== undefined) readSteps.add(String(name))
    if (root === 'inputs' && name !== undefined) readInputs.add(String(name))
  }
  for (const step of document.steps) for (const id of step.needs ?? []) readSteps.add(id)

  for (const [index, step] of document.steps.entries()) {
    const planned = plan.steps.find(({ id }) => id === step.id)
    // What has an effect of its own is worth running even if nobody reads what it returns.
    const hasEffect = planned?.type.kind !== 'step' || !planned.type.safeToRepeat || planned.type.effect === true
    if (!readSteps.has(step.id) && !hasEffect) {
      findings.warn(
        'logical',
        'UNREAD_OUTPUT',
        `Nothing reads the output of step "${step.id}".`,
        findings.sources.value(['steps', index, 'id']),
      )
    }
    if (step.if === false)
      findings.warn(
        'logical',
        'UNREAD_OUTPUT',
        `Step "${step.id}" never runs: its condition is false.`,
        findings.sources.value(['steps', index, 'if']),
        'Remove the step, or write a condition.',
      )
  }
  for (const name of Object.keys(document.inputs)) {
    if (!readInputs.has(name))
      findings.warn('logical', 'UNUSED_INPUT', `Nothing uses the input "${name}".`, findings.sources.key(['inputs', name]))
  }
}
