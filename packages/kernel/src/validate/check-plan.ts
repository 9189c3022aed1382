import type { FindingList } from '../pipeline/finding-list.js'
import type { Plan } from '../pipeline/plan.js'
import { stepPlaces } from '../pipeline/step-places.js'
import { ValueShapes } from '../pipeline/value-shapes.js'
import { checkConditions } from './check-conditions.js'
import { checkFanOut } from './check-fan-out.js'
import { checkModelFlow } from './check-model-flow.js'
import { checkReach } from './check-reach.js'
import { checkSecrets } from './check-secrets.js'
import { checkStepUse } from './check-step-use.js'
import { checkTypes } from './check-types.js'
import { checkUnread } from './check-unread.js'
import { checkWriters } from './check-writers.js'
import type { Subject } from './subject.js'

/** What must not be in a plan that runs: an error here means that there is none. */
export function checkPlan(plan: Plan, findings: FindingList): void {
  const subject = subjectOf(plan, findings)
  checkTypes(subject)
  checkStepUse(subject)
  checkSecrets(subject)
}

/**
 * What is legal and yet worth a look.
 * @param inputs what is known of a run's inputs, beside their defaults
 */
export function reviewPlan(plan: Plan, findings: FindingList, inputs: Readonly<Record<string, unknown>>): void {
  const subject = subjectOf(plan, findings)
  checkModelFlow(subject)
  checkReach(subject)
  checkConditions(subject)
  checkUnread(subject)
  checkFanOut(subject, inputs)
  checkWriters(subject)
}

function subjectOf(plan: Plan, findings: FindingList): Subject {
  const places = stepPlaces(plan)
  return { plan, places, shapes: new ValueShapes(plan.document, plan.variables, places), findings }
}
