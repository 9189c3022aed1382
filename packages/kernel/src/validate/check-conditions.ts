import type { PlannedStep } from '../pipeline/plan.js'
import { outwards } from '../pipeline/step-places.js'
import type { CompiledTemplate } from '../pipeline/template-engine.js'
import { Constants } from './constants.js'
import { hasEffect } from './effects.js'
import type { Subject } from './subject.js'

/** Finds conditions that always hold, switches that always take one case, and loops that nothing in them can end. */
export function checkConditions(subject: Subject): void {
  const constants = new Constants(subject.plan)
  for (const { step } of subject.places.values()) {
    checkIf(step, constants, subject)
    checkSwitch(step, constants, subject)
    for (const key of ['while', 'until'] as const) {
      const condition = step.loop?.[key]
      if (condition) checkLoop(step, key, condition, subject)
    }
  }
}

/** Whether a step's own condition always or never holds; null when that depends on something. */
export function constantCondition({ condition }: PlannedStep, constants: Constants): boolean | null {
  if (typeof condition === 'boolean') return condition
  const found = constants.valueOf(condition)
  return found ? found.value === true : null
}

function checkIf(step: PlannedStep, constants: Constants, { findings }: Subject): void {
  // One that never holds is told of as a step that never runs.
  if (step.document.if === undefined || constantCondition(step, constants) !== true) return
  findings.warn(
    'logical',
    'CONSTANT_CONDITION',
    `The condition of step "${step.id}" always holds.`,
    findings.sources.value([...step.at, 'if']),
  )
}

function checkSwitch(step: PlannedStep, constants: Constants, { findings }: Subject): void {
  const found = step.work.kind === 'switch' ? constants.valueOf(step.work.on) : null
  if (!found) return
  findings.warn(
    'logical',
    'CONSTANT_CONDITION',
    `The switch "${step.id}" always looks at the same value.`,
    findings.sources.value([...step.at, 'switch']),
  )
}

function checkLoop(step: PlannedStep, key: 'while' | 'until', condition: CompiledTemplate, subject: Subject): void {
  const looks = condition.references.filter(([root]) => root === 'loop').map(([, name]) => name)
  const isFixed = looks.length === 0 || (looks.every((name) => name === 'output') && repeatsItself(step, subject))
  if (!isFixed) return
  const ends = key === 'while' ? 'It runs not at all, or as often as it may.' : 'It runs once, or as often as it may.'
  subject.findings.warn(
    'logical',
    'CONSTANT_CONDITION',
    `Nothing in the loop "${step.id}" changes what its ${key}: looks at. ${ends}`,
    subject.findings.sources.value([...step.at, key]),
    looks.length === 0
      ? 'Look at loop.output, which is what the loop made last, or at loop.index.'
      : 'Let the loop work on loop.output, so that it makes something else each time.',
  )
}

/** Whether a loop makes the same each time: of the same, in the same way. */
function repeatsItself(loop: PlannedStep, { plan, places }: Subject): boolean {
  const inside = [...places.values()].filter(({ step }) => outwards(places, step.id).some((place) => place.step === loop))
  const isPure = inside.every(({ step: { work }, step }) => {
    if (work.kind !== 'call') return true
    return work.type.kind === 'step' && work.type.deterministic && !work.type.usesModel && !hasEffect(step)
  })
  if (!isPure) return false
  const ids = new Set(inside.map(({ step }) => step.id))
  return !plan.references.some(({ reference, step, path }) => {
    const isCondition = step === loop.id && ['while', 'until'].includes(String(path[loop.at.length]))
    return step !== null && ids.has(step) && !isCondition && reference[0] === 'loop'
  })
}
