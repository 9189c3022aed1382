import { nameHint } from '../pipeline/nearest.js'
import { blocksOf, type PlannedBlock, type PlannedStep } from '../pipeline/plan.js'
import { valuesOf } from '../pipeline/shape.js'
import { constantCondition } from './check-conditions.js'
import { Constants } from './constants.js'
import type { Subject } from './subject.js'

/** Finds what can never run: steps whose condition never holds, steps after the pipeline's end, cases that no value has. */
export function checkReach(subject: Subject): void {
  const { plan, places, findings } = subject
  const constants = new Constants(plan)
  const blocks = [plan.block, plan.finally, ...[...places.values()].flatMap(({ step }) => blocksOf(step))]
  for (const block of blocks) checkBlock(block, constants, subject)
  for (const { step, as } of places.values()) {
    if (as.kind === 'fallback' || as.kind === 'tool') tellNever(step, constants, subject)
    if (step.work.kind === 'switch') checkCases(step, subject)
  }
  for (const { step } of places.values()) {
    for (const [index, name] of (step.document.needs ?? []).entries()) {
      const needed = places.get(name)?.step
      if (!needed || constantCondition(needed, constants) !== false) continue
      findings.warn(
        'logical',
        'UNREACHABLE_STEP',
        `Step "${step.id}" waits for "${name}", which never runs.`,
        findings.sources.value([...step.at, 'needs', index]),
        'Remove it from needs:.',
      )
    }
  }
}

function checkBlock({ steps }: PlannedBlock, constants: Constants, subject: Subject): void {
  const { findings } = subject
  /** Steps that end the pipeline, and those after them, each with the one that ends it. */
  const ended = new Map<string, string>()
  for (const step of steps) {
    if (tellNever(step, constants, subject)) continue
    const before = step.dependsOn.map((id) => ended.get(id)).find((id) => id !== undefined)
    if (before !== undefined) {
      ended.set(step.id, before)
      findings.warn(
        'logical',
        'UNREACHABLE_STEP',
        `Step "${step.id}" never runs: it comes after "${before}", which ends the pipeline.`,
        findings.sources.value([...step.at, 'id']),
        `Give "${before}" a condition, or remove the step.`,
      )
    } else if (alwaysStops(step, constants)) ended.set(step.id, step.id)
  }
}

function tellNever(step: PlannedStep, constants: Constants, { findings }: Subject): boolean {
  if (constantCondition(step, constants) !== false) return false
  findings.warn(
    'logical',
    'UNREACHABLE_STEP',
    `Step "${step.id}" never runs: its condition never holds.`,
    findings.sources.value([...step.at, 'if']),
    'Remove the step, or write a condition that can hold.',
  )
  return true
}

/** Whether a pipeline has always ended when a step has run. */
function alwaysStops(step: PlannedStep, constants: Constants): boolean {
  const mayRunNever = constantCondition(step, constants) !== true || step.forEach !== null || Boolean(step.loop?.while)
  if (mayRunNever) return false
  if (step.work.kind === 'group') return step.work.block.steps.some((inner) => alwaysStops(inner, constants))
  return step.work.kind === 'call' && step.work.type.kind === 'step' && step.work.type.stops === true
}

function checkCases(step: PlannedStep, { shapes, findings }: Subject): void {
  if (step.work.kind !== 'switch') return
  const values = valuesOf(shapes.template(step.work.on, { step: step.id, path: [...step.at, 'switch'] }))
  if (!values) return
  const names = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  for (const name of step.work.cases.keys()) {
    if (names.includes(name)) continue
    findings.warn(
      'logical',
      'UNREACHABLE_STEP',
      `The switch "${step.id}" never takes the case "${name}".`,
      findings.sources.key([...step.at, 'cases', name]),
      nameHint(name, names, 'Remove the case.'),
    )
  }
}
