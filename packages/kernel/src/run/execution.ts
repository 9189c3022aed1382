import type { PipewrightError } from '../errors/pipewright-error.js'
import { mustNest } from '../pipeline/nesting.js'
import { resolveInputs } from '../pipeline/resolve-inputs.js'
import type { Plan } from '../pipeline/plan.js'
import type { Scope } from '../pipeline/template-engine.js'
import type { EarlyStop, Question } from '../points/step.js'
import { DeadlineScope } from './deadline.js'
import { Pause } from './pause.js'
import type { BlockEnd, StepValue } from './run-block.js'
import { nestScope, withinTimeBudget, type RunScope } from './run-scope.js'
import { StepRunner } from './step-runner.js'
import { digestOf } from './take-up.js'

/** How a plan's execution came to a stop. */
export interface ExecutionEnd {
  readonly outputs: Readonly<Record<string, unknown>>
  readonly error: PipewrightError | null
  /** What people are asked before it can go on. */
  readonly questions: readonly Question[]
}

/** Runs a plan: its steps, then what it does at the end whatever happened, then its outputs. */
export class Execution {
  private readonly scope: RunScope
  private readonly plan: Plan
  private readonly prefix: string
  private readonly around: readonly string[]
  private readonly runner: StepRunner

  /**
   * @param prefix of step paths in the journal: empty for a run's own pipeline, `step/` for one nested in a step
   * @param around the files of the pipelines that it is nested in, outermost first
   */
  constructor(scope: RunScope, plan: Plan, prefix = '', around: readonly string[] = []) {
    this.scope = scope
    this.plan = plan
    this.prefix = prefix
    this.around = [...around, plan.file]
    this.runner = new StepRunner(plan, (file, inputs, path, signal, inner) => this.runNested(file, inputs, path, signal, inner))
  }

  /** @throws the reason of the run's signal when it aborts */
  async run(inputs: Readonly<Record<string, unknown>>): Promise<ExecutionEnd> {
    const steps: Record<string, StepValue> = {}
    const values = { inputs, variables: {}, run: { id: this.scope.runId, started_at: this.scope.startedAt }, steps }
    const all: Scope = { ...values, secrets: this.scope.secrets.placeholders, variables: this.evaluateVariables(values) }
    const end = await this.runner.runBlock(this.plan.block, this.prefix, all, this.scope)
    const last = await this.runFinally(all, end)
    const failure = end.failure ?? last.failure
    const questions = [...end.questions, ...last.questions]
    const outputs = failure || questions.length > 0 ? {} : this.outputs(all, end.stop ?? last.stop)
    return { outputs: this.scope.secrets.redact(outputs), error: failure, questions }
  }

  private evaluateVariables(values: Scope): Readonly<Record<string, unknown>> {
    const variables: Record<string, unknown> = {}
    for (const { name, value } of this.plan.variables) variables[name] = value.evaluate({ ...values, variables })
    return variables
  }

  /** What runs at the end whatever happened; not while people are asked, as that is not the end. */
  private async runFinally(values: Scope, end: BlockEnd): Promise<BlockEnd> {
    const waits = end.questions.length > 0 && !end.failure && !end.stop
    if (this.plan.finally.steps.length === 0 || waits) return { failure: null, questions: [], stop: null }
    const run = {
      ...(values['run'] as object),
      status: end.failure ? 'failed' : end.stop ? 'stopped' : 'succeeded',
      error: end.failure ? { code: end.failure.code, message: end.failure.message } : null,
    }
    return this.runner.runBlock(this.plan.finally, this.prefix, { ...values, run }, this.scope)
  }

  private outputs(values: Scope, stop: EarlyStop | null): Readonly<Record<string, unknown>> {
    if (!stop) return this.plan.outputs.evaluate(values) as Record<string, unknown>
    return Object.fromEntries(Object.keys(this.plan.document.outputs).map((name) => [name, stop.outputs[name] ?? null]))
  }

  private async runNested(
    file: string,
    given: Readonly<Record<string, unknown>>,
    path: string,
    signal: AbortSignal,
    around: RunScope,
  ): Promise<Readonly<Record<string, unknown>>> {
    signal.throwIfAborted()
    const plan = await around.loadPlan(file, this.plan)
    mustNest(plan.file, this.around)
    const digest = digestOf(plan.text)
    if (around.journal.state.nested.get(path)?.digest !== digest)
      around.journal.note({ type: 'nested-started', step: path, file: plan.file, digest })
    const inputs = resolveInputs(plan, given)
    const time = withinTimeBudget(plan, around.services, new DeadlineScope(signal))
    try {
      const scope = await nestScope(around, plan, path, time.deadlines)
      await scope.guards.checkStart(plan, inputs)
      const end = await new Execution(scope, plan, `${path}/`, this.around).run(inputs)
      if (end.error) throw end.error
      const [question] = end.questions
      if (question) throw new Pause(question)
      await scope.guards.checkOutputs(plan, end.outputs)
      return end.outputs
    } finally {
      time.end()
    }
  }
}
