import type { PipewrightError } from '../errors/pipewright-error.js'
import { mustNest } from '../pipeline/nesting.js'
import { resolveInputs } from '../pipeline/resolve-inputs.js'
import type { Plan, PlannedStep } from '../pipeline/plan.js'
import type { Scope } from '../pipeline/template-engine.js'
import type { Question } from '../points/step.js'
import { Pause } from './pause.js'
import { createTimeBudget, nestScope, type RunScope } from './run-scope.js'
import { StepRunner, type StepOutcome } from './step-runner.js'

/** How a plan's execution came to a stop. */
export interface ExecutionEnd {
  readonly outputs: Readonly<Record<string, unknown>>
  readonly error: PipewrightError | null
  /** What people are asked before it can go on. */
  readonly questions: readonly Question[]
  /** By step id; a step that was never reached is absent. */
  readonly outcomes: ReadonlyMap<string, StepOutcome>
}

/** How many steps of one pipeline run side by side. */
const maxParallelSteps = 16

/**
 * Runs the steps of a plan, each as soon as what it depends on is finished. After a failure nothing new is started; what
 * runs is let finish, so that what it cost is not lost. After a question everything that does not depend on it goes on.
 */
export class Execution {
  private readonly scope: RunScope
  private readonly plan: Plan
  private readonly prefix: string
  private readonly around: readonly string[]
  private readonly runner: StepRunner
  private readonly values: {
    inputs: Readonly<Record<string, unknown>>
    run: Readonly<Record<string, unknown>>
    steps: Record<string, { output: unknown; status: string }>
  }
  private readonly outcomes = new Map<string, StepOutcome>()

  /**
   * @param prefix of step paths in the journal: empty for a run's own pipeline, `step/` for one nested in a step
   * @param around the files of the pipelines that it is nested in, outermost first
   */
  constructor(scope: RunScope, plan: Plan, inputs: Readonly<Record<string, unknown>>, prefix = '', around: readonly string[] = []) {
    this.scope = scope
    this.plan = plan
    this.prefix = prefix
    this.around = [...around, plan.file]
    this.runner = new StepRunner(scope, plan, (file, nestedInputs, path, signal) => this.runNested(file, nestedInputs, path, signal))
    this.values = { inputs, run: { id: scope.runId, started_at: scope.startedAt }, steps: {} }
  }

  /** @throws the reason of the run's signal when it aborts */
  async run(): Promise<ExecutionEnd> {
    await this.runSteps()
    const failure = this.failure()
    const questions = [...this.outcomes.values()].flatMap((outcome) => (outcome.status === 'paused' ? outcome.questions : []))
    const finished = failure === null && questions.length === 0
    const outputs = finished ? (this.plan.outputs.evaluate(this.values) as Record<string, unknown>) : {}
    return { outputs, error: failure, questions, outcomes: this.outcomes }
  }

  private async runNested(
    file: string,
    given: Readonly<Record<string, unknown>>,
    path: string,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> {
    signal.throwIfAborted()
    const plan = await this.scope.loadPlan(file, this.plan)
    mustNest(plan.file, this.around)
    const inputs = resolveInputs(plan, given)
    const time = createTimeBudget(plan, this.scope.services, signal)
    try {
      const scope = await nestScope(this.scope, plan, path, time.signal)
      await scope.guards.checkStart(plan, inputs)
      const end = await new Execution(scope, plan, inputs, `${path}/`, this.around).run()
      if (end.error) throw end.error
      const [question] = end.questions
      if (question) throw new Pause(question)
      await scope.guards.checkOutputs(plan, end.outputs)
      return end.outputs
    } finally {
      time.end()
    }
  }

  private failure(): PipewrightError | null {
    for (const outcome of this.outcomes.values()) if (outcome.status === 'failed') return outcome.error
    return null
  }

  private runSteps(): Promise<void> {
    const waitingFor = new Map(this.plan.steps.map((step) => [step.id, step.dependsOn.length]))
    const dependents = new Map<string, PlannedStep[]>(this.plan.steps.map((step) => [step.id, []]))
    for (const step of this.plan.steps) for (const id of step.dependsOn) dependents.get(id)?.push(step)
    const ready = this.plan.steps.filter((step) => step.dependsOn.length === 0)
    let next = 0
    let running = 0
    let failed = false
    let interruption: { readonly error: unknown } | undefined

    return new Promise((resolve, reject) => {
      const settle = (step: PlannedStep, outcome: StepOutcome): void => {
        this.outcomes.set(step.id, outcome)
        if (outcome.status === 'failed') failed = true
        if (outcome.status !== 'succeeded' && outcome.status !== 'skipped') return
        this.values.steps[step.id] = { output: outcome.output, status: outcome.status }
        for (const dependent of dependents.get(step.id) ?? []) {
          const left = (waitingFor.get(dependent.id) ?? 0) - 1
          waitingFor.set(dependent.id, left)
          if (left === 0) ready.push(dependent)
        }
      }
      const pump = (): void => {
        while (next < ready.length && running < maxParallelSteps && !failed) {
          const step = ready[next++] as PlannedStep
          running++
          this.runner.run(step, this.prefix + step.id, this.values as Scope).then(
            (outcome) => {
              running--
              settle(step, outcome)
              pump()
            },
            (error: unknown) => {
              running--
              failed = true
              interruption ??= { error }
              pump()
            },
          )
        }
        if (running > 0 || (next < ready.length && !failed)) return
        if (interruption) reject(interruption.error)
        else resolve()
      }
      pump()
    })
  }
}
