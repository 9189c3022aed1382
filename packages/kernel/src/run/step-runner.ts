import { PipewrightError, toPipewrightError } from '../errors/pipewright-error.js'
import { parseDuration } from '../pipeline/duration.js'
import { placeOfStep, type Plan, type PlannedBlock, type PlannedStep, type PlannedSwitch } from '../pipeline/plan.js'
import type { Scope } from '../pipeline/template-engine.js'
import type { Origin } from '../points/origin.js'
import type { EarlyStop } from '../points/step.js'
import { noUsage } from '../points/usage.js'
import { CallRunner } from './call-runner.js'
import { Deadline } from './deadline.js'
import { canGoOn, nameOf } from './error-policy.js'
import { ItemResults } from './item-results.js'
import { listItems } from './list-items.js'
import { runBlock, type BlockEnd, type StepValue } from './run-block.js'
import { withBudget, withDeadline, type RunScope } from './run-scope.js'
import type { Unstamped } from './run-journal.js'
import type { RunNested } from './step-context.js'
import type { ItemProblem, StepOutcome, StepProblem } from './step-outcome.js'
import { chooseCase, innerValues, itemValues, partPaths } from './step-values.js'

const defaultConcurrency = 4
/** How many steps of one block run side by side. */
const maxParallelSteps = 16

/** What a step has come to before it is recorded. */
type Result =
  | {
      readonly status: 'succeeded'
      readonly output: unknown
      readonly attempts: number
      readonly problem?: StepProblem
      readonly cached?: boolean
      /** Of an output that an earlier run made: what answered then. */
      readonly origin?: Origin | null
    }
  | { readonly status: 'stopped'; readonly output: EarlyStop; readonly attempts: number }
  | Exclude<StepOutcome, { status: 'succeeded' | 'skipped' | 'stopped' }>

/** A step that is done: it gave something, was skipped, or ended its pipeline. */
type Done = Exclude<StepOutcome, { status: 'failed' | 'paused' }>

/** Runs single steps of a pipeline: condition, items, repetitions, what happens on errors, journal. */
export class StepRunner {
  private readonly plan: Plan
  private readonly calls: CallRunner

  constructor(plan: Plan, nest: RunNested) {
    this.plan = plan
    this.calls = new CallRunner(plan, nest, (step, path, values, scope) => this.run(step, path, values, scope))
  }

  /** Runs the steps of a block. @param path of the step that they are part of; empty for a run's own pipeline, and then without a slash */
  runBlock(block: PlannedBlock, prefix: string, values: Scope, scope: RunScope, parallel = maxParallelSteps): Promise<BlockEnd> {
    return runBlock(block, {
      // What a step gives is seen by those after it.
      values: values['steps'] as Record<string, StepValue>,
      parallel,
      run: (step) => this.run(step, prefix + step.id, values, scope),
    })
  }

  /** Runs a step, or returns what an earlier attempt at the run has recorded of it. @throws the reason of the scope's signal */
  async run(step: PlannedStep, path: string, values: Scope, scope: RunScope): Promise<StepOutcome> {
    const done = scope.journal.state.completed.get(path)
    if (done) return done
    const startedAt = scope.services.clock.now()
    try {
      if (!holds(step.condition, values)) return await this.skip(path, scope)
      const budget = step.document.budget ?? (step.work.kind === 'call' ? this.plan.document.defaults.budget : undefined)
      if (!budget) return await this.repeat(step, path, values, scope, startedAt)
      return await withBudget(scope, budget, path, (inner) => this.repeat(step, path, values, inner, startedAt))
    } catch (thrown) {
      scope.signal.throwIfAborted()
      return this.fail(path, { error: scope.secrets.redactError(this.located(thrown, step, path)), attempts: 0 }, startedAt, scope)
    }
  }

  private repeat(step: PlannedStep, path: string, values: Scope, scope: RunScope, startedAt: number): Promise<StepOutcome> {
    return step.forEach ? this.runItems(step, path, values, scope, startedAt) : this.runItem(step, path, values, scope, startedAt)
  }

  /** Every item in order of the list; several side by side. */
  private async runItems(step: PlannedStep, path: string, values: Scope, scope: RunScope, startedAt: number): Promise<StepOutcome> {
    const items = await listItems(step, path, values, scope)
    const results = new ItemResults(items.length)
    const { state } = scope.journal
    const { clock } = scope.services
    let next = 0
    const work = async (): Promise<void> => {
      while (next < items.length && !results.isEnding && !scope.signal.aborted) {
        const index = next++
        const itemPath = `${path}[${index}]`
        const known = state.completed.get(itemPath)
        results.settle(index, known ?? (await this.runItem(step, itemPath, itemValues(step, values, items, index), scope, clock.now())))
      }
    }
    const workers = Math.min(items.length, step.document.concurrency ?? this.plan.document.defaults.concurrency ?? defaultConcurrency)
    await Promise.all(Array.from({ length: workers }, work))
    scope.signal.throwIfAborted()

    const { failure, stop, questions, outputs } = results
    if (failure) return this.fail(path, { error: failure, attempts: 1 }, startedAt, scope)
    if (stop) return this.finish(path, { status: 'stopped', output: stop, attempts: 1 }, startedAt, scope)
    if (questions.length > 0) return { status: 'paused', questions }
    const done = await this.finish(path, { status: 'succeeded', output: outputs, attempts: 1 }, startedAt, scope, results.passedOver)
    state.forgetParts(outputs.map((_, index) => `${path}[${index}]`))
    return done
  }

  /** A step once, or as often as its loop says; with what stands in for it when that fails. */
  private async runItem(step: PlannedStep, path: string, values: Scope, scope: RunScope, startedAt: number): Promise<StepOutcome> {
    const result = step.loop ? await this.runLoop(step, step.loop, path, values, scope) : await this.once(step, path, values, scope)
    const settled = result.status === 'failed' ? await this.goOn(step, path, values, scope, result) : result
    switch (settled.status) {
      case 'paused':
        return settled
      case 'failed':
        return this.fail(path, settled, startedAt, scope)
      default: {
        const done = await this.finish(path, settled, startedAt, scope)
        if (step.work.kind !== 'call') scope.journal.state.forgetParts(partPaths(step, path))
        return done
      }
    }
  }

  private async runLoop(
    step: PlannedStep,
    loop: NonNullable<PlannedStep['loop']>,
    path: string,
    values: Scope,
    scope: RunScope,
  ): Promise<Result> {
    let output: unknown = null
    const at = (index: number): Scope => ({ ...values, loop: { index, output } })
    for (let index = 0; ; index++) {
      if (loop.while && !holds(loop.while, at(index))) return { status: 'succeeded', output, attempts: Math.min(index, 1) }
      if (index === loop.maxIterations) {
        // One that only says while has reached its bound when it would begin once more.
        if (loop.onLimit === 'continue') return { status: 'succeeded', output, attempts: 1 }
        const error = new PipewrightError('LOOP_LIMIT', `Step "${path}" has run ${index} times, and its condition still does not hold.`)
        return this.failed(error.inStep(path, placeOfStep(this.plan, step, ['max_iterations'])), path, scope)
      }
      const turn = `${path}(${index})`
      const startedAt = scope.services.clock.now()
      const result = scope.journal.state.completed.get(turn) ?? (await this.once(step, turn, at(index), scope))
      if (result.status === 'paused' || result.status === 'failed') return result
      if (!scope.journal.state.completed.has(turn))
        await this.finishTurn(step, turn, result as Extract<Result, { output: unknown }>, startedAt, scope)
      if (result.status === 'stopped') return { ...result, attempts: 1 }
      output = result.output
      if (loop.until && holds(loop.until, at(index + 1))) return { status: 'succeeded', output, attempts: 1 }
    }
  }

  private async finishTurn(
    step: PlannedStep,
    turn: string,
    result: Extract<Result, { output: unknown }>,
    startedAt: number,
    scope: RunScope,
  ): Promise<void> {
    await this.finish(turn, result, startedAt, scope)
    scope.journal.state.forgetParts(partPaths(step, turn))
  }

  /** The work of a step, once. */
  private once(step: PlannedStep, path: string, values: Scope, scope: RunScope): Promise<Result> {
    const { work } = step
    if (work.kind === 'call') return this.calls.run(step, work, path, values, scope)
    const { timeout } = step.document
    if (timeout === undefined) return this.runBlocks(step, work.kind === 'switch' ? work : work.block, path, values, scope)
    const late = (): Error => new PipewrightError('STEP_TIMEOUT', `Step "${path}" took longer than ${timeout}.`)
    const deadline = new Deadline(scope.services.clock, parseDuration(timeout), late, scope.deadlines)
    return withDeadline(scope, deadline, (inner) => this.runBlocks(step, work.kind === 'switch' ? work : work.block, path, values, inner))
  }

  private async runBlocks(
    step: PlannedStep,
    work: PlannedBlock | PlannedSwitch,
    path: string,
    values: Scope,
    scope: RunScope,
  ): Promise<Result> {
    const inner = innerValues(step, values)
    const block = 'on' in work ? chooseCase(work, step, inner) : work
    const { output } = work
    if (block) {
      // For a for_each, the bound is that of its items.
      const parallel = step.forEach ? maxParallelSteps : (step.document.concurrency ?? maxParallelSteps)
      const end = await this.runBlock(block, `${path}/`, inner, scope, parallel)
      if (end.failure) return this.failed(end.failure, path, scope)
      if (end.stop) return { status: 'stopped', output: end.stop, attempts: 1 }
      if (end.questions.length > 0) return { status: 'paused', questions: end.questions }
    }
    try {
      const ran = Object.fromEntries((block?.steps ?? []).map(({ id }) => [id, inner.steps[id]?.output]))
      return { status: 'succeeded', output: output ? output.evaluate(inner) : ran, attempts: 1 }
    } catch (thrown) {
      return this.failed(toPipewrightError(thrown).inStep(path, placeOfStep(this.plan, step, ['output'])), path, scope)
    }
  }

  /** What is to happen after a step has failed for good. */
  private async goOn(
    step: PlannedStep,
    path: string,
    values: Scope,
    scope: RunScope,
    failed: Extract<Result, { status: 'failed' }>,
  ): Promise<Result> {
    const { onError, work } = step
    if (onError.kind === 'fail' || !canGoOn(failed.error, path)) return failed
    const problem = { code: failed.error.code, message: failed.error.message }
    const inError = { ...values, error: problem }
    scope.emit({ type: 'warning', step: path, message: `${problem.code}: ${problem.message} – goes on with ${nameOf(onError)}` })
    if (onError.kind === 'continue') {
      const output = onError.value.evaluate(inError)
      return { status: 'succeeded', output, attempts: failed.attempts, problem }
    }
    const again =
      onError.kind === 'step'
        ? await this.run(onError.step, `${path}/${onError.step.id}`, inError, scope)
        : await this.calls.run(step, { ...(work as Extract<typeof work, { kind: 'call' }>), models: [onError.model] }, path, values, scope)
    if (again.status === 'failed' || again.status === 'paused' || again.status === 'stopped') return again
    return { status: 'succeeded', output: again.output, attempts: failed.attempts + again.attempts, problem }
  }

  private skip(path: string, scope: RunScope): Promise<Done> {
    return this.record(
      { type: 'step-finished', step: path, status: 'skipped', output: null, attempts: 0, durationMs: 0, usage: noUsage, origin: null },
      scope,
    )
  }

  private finish(
    path: string,
    {
      status,
      output,
      attempts,
      ...more
    }: Extract<Result, { output: unknown }> & Partial<Pick<Extract<Result, { status: 'succeeded' }>, 'problem' | 'cached' | 'origin'>>,
    startedAt: number,
    scope: RunScope,
    problems?: readonly ItemProblem[],
  ): Promise<Done> {
    const durationMs = scope.services.clock.now() - startedAt
    const { usage, origin } = scope.journal.state.usageOf(path)
    const done: Unstamped & { readonly type: 'step-finished' } = {
      type: 'step-finished',
      step: path,
      status,
      output,
      attempts,
      durationMs,
      usage,
      origin,
    }
    return this.record(
      problems || 'problem' in more || 'cached' in more ? { ...done, ...more, ...(problems ? { problems } : {}) } : done,
      scope,
    )
  }

  /** The record of a step's end is what others are told of it. */
  private async record(done: Unstamped & { readonly type: 'step-finished' }, scope: RunScope): Promise<Done> {
    await scope.journal.record(done)
    scope.emit({ type: 'step-finished', step: done.step, status: done.status, durationMs: done.durationMs, usage: done.usage })
    return done as Done
  }

  private async fail(
    path: string,
    { error, attempts }: { readonly error: PipewrightError; readonly attempts: number },
    startedAt: number,
    scope: RunScope,
  ): Promise<StepOutcome> {
    scope.signal.throwIfAborted()
    const durationMs = scope.services.clock.now() - startedAt
    const { usage } = scope.journal.state.usageOf(path)
    await scope.journal.record({ type: 'step-failed', step: path, attempts, durationMs, usage, error: error.toJSON() })
    scope.emit({ type: 'step-finished', step: path, status: 'failed', durationMs, usage })
    return { status: 'failed', error, attempts, durationMs, usage }
  }

  private failed(error: PipewrightError, path: string, scope: RunScope): Extract<Result, { status: 'failed' }> {
    return { status: 'failed', error, attempts: 1, durationMs: 0, usage: scope.journal.state.usageOf(path).usage }
  }

  private located(thrown: unknown, step: PlannedStep, path: string): PipewrightError {
    return toPipewrightError(thrown, 'STEP_FAILED').inStep(path, placeOfStep(this.plan, step))
  }
}

function holds(condition: PlannedStep['condition'], values: Scope): boolean {
  return typeof condition === 'boolean' ? condition : condition.evaluate(values) === true
}
