import type { PipewrightError } from '../errors/pipewright-error.js'
import type { EarlyStop, Question } from '../points/step.js'
import type { ItemProblem, StepOutcome } from './step-outcome.js'

/** What the items of a for_each have come to, in the order of the list, whatever the order in which they come. */
export class ItemResults {
  readonly outputs: unknown[]
  readonly questions: Question[] = []
  /** Set when an item ended the pipeline early. */
  stop: EarlyStop | undefined
  private readonly problems: ItemProblem[] = []
  private firstFailure: { readonly index: number; readonly error: PipewrightError } | undefined

  constructor(length: number) {
    this.outputs = Array.from({ length })
  }

  /** That of the first item in the list that failed. */
  get failure(): PipewrightError | undefined {
    return this.firstFailure?.error
  }

  /** Nothing new is to be begun. */
  get isEnding(): boolean {
    return this.firstFailure !== undefined || this.stop !== undefined
  }

  /** The items that went on with another output, in the order of the list; undefined when there are none. */
  get passedOver(): readonly ItemProblem[] | undefined {
    return this.problems.length === 0 ? undefined : this.problems.toSorted((left, right) => left.index - right.index)
  }

  settle(index: number, outcome: StepOutcome): void {
    switch (outcome.status) {
      case 'failed':
        if (!this.firstFailure || index < this.firstFailure.index) this.firstFailure = { index, error: outcome.error }
        return
      case 'stopped':
        this.stop ??= outcome.output
        return
      case 'paused':
        this.questions.push(...outcome.questions)
        return
      default:
        this.outputs[index] = outcome.output
        if (outcome.problem) this.problems.push({ index, ...outcome.problem })
    }
  }
}
