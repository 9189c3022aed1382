import type { EarlyStop } from '../points/step.js'

/** Thrown by the stand-in context when a step ends its pipeline, as the engine's own is thrown through a step. Not an error. */
export class StoppedEarly extends Error {
  readonly end: EarlyStop

  constructor(end: EarlyStop) {
    super('the step ended its pipeline')
    this.end = end
  }
}
