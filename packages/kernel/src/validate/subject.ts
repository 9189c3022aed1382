import type { FindingList } from '../pipeline/finding-list.js'
import type { Plan } from '../pipeline/plan.js'
import type { StepPlace } from '../pipeline/step-places.js'
import type { ValueShapes } from '../pipeline/value-shapes.js'

/** A bound plan as the checks see it. */
export interface Subject {
  readonly plan: Plan
  /** Every step by its id, with where it stands. */
  readonly places: ReadonlyMap<string, StepPlace>
  readonly shapes: ValueShapes
  readonly findings: FindingList
}
