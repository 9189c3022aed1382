import { blocksOf, type PlannedStep } from '../pipeline/plan.js'

/** Whether a step, or one in it, does something beside giving a value: for itself, not through its tools. */
export function hasEffect(step: PlannedStep): boolean {
  if (step.work.kind !== 'call') return blocksOf(step).some((block) => block.steps.some(hasEffect))
  const { type } = step.work
  return type.kind !== 'step' || !type.safeToRepeat || type.effect === true
}

/** Whether a model that the step asks can do something by itself: it has a tool with an effect. */
export function hasPowerfulTools({ work }: PlannedStep): boolean {
  return work.kind === 'call' && work.tools.some(({ step }) => hasEffect(step) || hasPowerfulTools(step))
}
