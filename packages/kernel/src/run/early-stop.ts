import type { EarlyStop } from '../points/step.js'

/** Thrown through a step to end its pipeline early with a result. Not an error. */
export class StopPipeline extends Error {
  readonly end: EarlyStop

  constructor(end: EarlyStop) {
    super(`the pipeline ends early${end.reason === undefined ? '' : `: ${end.reason}`}`)
    this.end = end
  }
}
