import type { PlannedBlock, PlannedStep } from '../pipeline/plan.js'
import type { PipewrightError } from '../errors/pipewright-error.js'
import type { EarlyStop, Question } from '../points/step.js'
import type { StepOutcome } from './step-outcome.js'

/** What templates see of a step that is done. */
export interface StepValue {
  readonly output: unknown
  readonly status: string
  /** What had gone wrong, when it went on with another output; null when nothing had. */
  readonly error: unknown
  /** For a for_each: what had gone wrong with which item. */
  readonly errors: readonly unknown[]
}

export interface BlockOptions {
  /** Where what templates see of each step is put. */
  readonly values: Record<string, StepValue>
  /** How many steps run side by side. */
  readonly parallel: number
  readonly run: (step: PlannedStep) => Promise<StepOutcome>
}

const none: readonly unknown[] = []

/** How the steps of a block came to a stop. */
export interface BlockEnd {
  readonly failure: PipewrightError | null
  readonly questions: readonly Question[]
  /** Set when a step ended the pipeline early. */
  readonly stop: EarlyStop | null
}

/**
 * Runs the steps of a block, each as soon as what it depends on is finished. After a failure nothing new is started; what
 * runs is let finish, so that what it cost is not lost. After a question everything that does not depend on it goes on.
 * @throws what a step's run throws: the reason for which all of this is to stop
 */
export function runBlock({ steps }: PlannedBlock, { values, parallel, run }: BlockOptions): Promise<BlockEnd> {
  const waitingFor = new Map<string, number>()
  const dependents = new Map<string, PlannedStep[]>()
  const ready: PlannedStep[] = []
  for (const step of steps) {
    if (step.dependsOn.length === 0) ready.push(step)
    else waitingFor.set(step.id, step.dependsOn.length)
    for (const id of step.dependsOn) {
      const others = dependents.get(id)
      if (others) others.push(step)
      else dependents.set(id, [step])
    }
  }
  let next = 0
  let running = 0
  let isEnding = false
  let failure: PipewrightError | null = null
  let stop: EarlyStop | null = null
  let interruption: { readonly error: unknown } | undefined
  const questions: Question[] = []

  return new Promise((resolve, reject) => {
    const settle = (step: PlannedStep, outcome: StepOutcome): void => {
      switch (outcome.status) {
        case 'failed':
          isEnding = true
          failure ??= outcome.error
          return
        case 'stopped':
          isEnding = true
          stop ??= outcome.output
          return
        case 'paused':
          questions.push(...outcome.questions)
          return
        default:
      }
      values[step.id] = { output: outcome.output, status: outcome.status, error: outcome.problem ?? null, errors: outcome.problems ?? none }
      for (const dependent of dependents.get(step.id) ?? []) {
        const left = (waitingFor.get(dependent.id) ?? 0) - 1
        waitingFor.set(dependent.id, left)
        if (left === 0) ready.push(dependent)
      }
    }
    const pump = (): void => {
      while (next < ready.length && running < parallel && !isEnding) {
        const step = ready[next++] as PlannedStep
        running++
        run(step).then(
          (outcome) => {
            running--
            settle(step, outcome)
            pump()
          },
          (error: unknown) => {
            running--
            isEnding = true
            interruption ??= { error }
            pump()
          },
        )
      }
      if (running > 0 || (next < ready.length && !isEnding)) return
      if (interruption) reject(interruption.error)
      else resolve({ failure, questions, stop })
    }
    pump()
  })
}
