import type { PlannedStep } from '../pipeline/plan.js'
import type { StepPlace } from '../pipeline/step-places.js'
import { hasEffect } from './effects.js'
import type { Subject } from './subject.js'

/** Finds what is legal and yet most likely a mistake: outputs that nobody reads, inputs and variables that nothing uses. */
export function checkUnread({ plan, places, findings }: Subject): void {
  const { document, references } = plan
  const read = { steps: new Set<string>(), inputs: new Set<string>(), variables: new Set<string>() }
  for (const {
    reference: [root, name],
  } of references)
    if (name !== undefined && Object.hasOwn(read, root as string)) read[root as keyof typeof read].add(String(name))
  for (const { step } of places.values()) {
    for (const id of step.document.needs ?? []) read.steps.add(id)
    // What a step has said in a conversation, the next one goes on with.
    if (step.document.session !== undefined) for (const id of step.dependsOn) read.steps.add(id)
  }

  for (const place of places.values()) {
    const { step } = place
    if (read.steps.has(step.id) || isGivenOn(place) || hasEffect(step)) continue
    const hint = place.around ? `Use it in output: of "${place.around.id}", or remove the step.` : undefined
    const position = findings.sources.value([...step.at, 'id'])
    findings.warn('logical', 'UNREAD_OUTPUT', `Nothing reads the output of step "${step.id}".`, position, hint)
  }
  for (const name of Object.keys(document.inputs)) {
    if (!read.inputs.has(name))
      findings.warn('logical', 'UNUSED_INPUT', `Nothing uses the input "${name}".`, findings.sources.key(['inputs', name]))
  }
  for (const name of Object.keys(document.variables)) {
    if (!read.variables.has(name))
      findings.warn('logical', 'UNUSED_VARIABLE', `Nothing uses the variable "${name}".`, findings.sources.key(['variables', name]))
  }
}

/** A tool's output goes to the model, a fallback's to whom it stands in for, and that of steps in a step to those around it. */
function isGivenOn({ around, as }: StepPlace): boolean {
  return around !== null && (as.kind === 'fallback' || as.kind === 'tool' || !hasOwnOutput(around))
}

function hasOwnOutput({ work }: PlannedStep): boolean {
  if (work.kind === 'group') return work.block.output !== null
  return work.kind === 'switch' && work.output !== null
}
