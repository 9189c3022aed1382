import { PipewrightError, toPipewrightError } from '../errors/pipewright-error.js'
import { parseDuration } from '../pipeline/duration.js'
import { placeOfStep, type Plan, type PlannedBlock, type PlannedStep, type PlannedSwitch } from '../pipeline/plan.js'
import type { Scope } from '../pipeline/template-engine.js'
import { CallRunner } from './call-runner.js'
import { Deadline } from './deadline.js'
import { canGoOn, nameOfStandIn } from './error-policy.js'
import { ItemResults } from './item-results.js'
import { listItems } from './list-items.js'
import { failStep, finishStep, skipStep } from './record-step.js'
import { runBlock, type BlockEnd, type StepValue } from './run-block.js'
import { withBudget, withDeadline, type RunScope } from './run-scope.js'
import type { RunNested } from './step-context.js'
import type { StepEnd, StepOutcome } from './step-outcome.js'
import { chooseCase, innerValues, itemValues, partPaths } from './step-values.js'

const defaultConcurrency = 4
/** How many steps of one block run side by side. */
const maxParallelSteps = 16

type Failed = Extract<StepEnd, { status: 'failed' }>

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
      if (!holds(step.condition, values)) return await skipStep(path, scope)
      const budget = step.document.budget ?? (step.work.kind === 'call' ? this.plan.document.defaults.budget : undefined)
      if (!budget) return await this.repeat(step, path, values, scope, startedAt)
      return await withBudget(scope, budget, path, (inner) => this.repeat(step, path, values, inner, startedAt))
    } catch (thrown) {
      const failed = this.brokenOff(thrown, step, path, scope)
      // Another model makes good one item, and not what is wrong with all of them.
      if (step.forEach && step.onError.kind === 'model') return failStep(path, failed, startedAt, scope)
      return this.settle(step, path, await this.goOn(step, path, values, scope, failed), startedAt, scope)
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
    // Whatever one of them throws, the others are let come to their end: nothing goes on behind the back of the step.
    const ends = await Promise.allSettled(Array.from({ length: workers }, work))
    scope.signal.throwIfAborted()
    for (const end of ends) if (end.status === 'rejected') throw end.reason

    const { failure, stop, questions, outputs } = results
    if (failure) return failStep(path, { error: failure, attempts: 1 }, startedAt, scope)
    if (stop) return finishStep(path, { status: 'stopped', output: stop, attempts: 1 }, startedAt, scope)
    if (questions.length > 0) return { status: 'paused', questions }
    const done = await finishStep(path, { status: 'succeeded', output: outputs, attempts: 1 }, startedAt, scope, results.passedOver)
    state.forgetParts(outputs.map((_, index) => `${path}[${index}]`))
    return done
  }

  /** A step once, or as often as its loop says; with what stands in for it when that fails. */
  private async runItem(step: PlannedStep, path: string, values: Scope, scope: RunScope, startedAt: number): Promise<StepOutcome> {
    const result = await this.attempted(step, path, values, scope)
    const settled = result.status === 'failed' ? await this.goOn(step, path, values, scope, result) : result
    return this.settle(step, path, settled, startedAt, scope)
  }

  private async attempted(step: PlannedStep, path: string, values: Scope, scope: RunScope): Promise<StepEnd> {
    try {
      return await (step.loop ? this.runLoop(step, step.loop, path, values, scope) : this.once(step, path, values, scope))
    } catch (thrown) {
      return this.brokenOff(thrown, step, path, scope)
    }
  }

  /** Records how a step came to its end. */
  private async settle(step: PlannedStep, path: string, end: StepEnd, startedAt: number, scope: RunScope): Promise<StepOutcome> {
    switch (end.status) {
      case 'paused':
        return end
      case 'failed':
        return failStep(path, end, startedAt, scope)
      default:
        return this.finish(step, path, end, startedAt, scope)
    }
  }

  /** Records what a step, or a turn of it, has come to; its parts are then the journal's alone. */
  private async finish(
    step: PlannedStep,
    path: string,
    end: Extract<StepEnd, { output: unknown }>,
    startedAt: number,
    scope: RunScope,
  ): Promise<StepOutcome> {
    const done = await finishStep(path, end, startedAt, scope)
    if (step.work.kind !== 'call') scope.journal.state.forgetParts(partPaths(step, path))
    return done
  }

  private async runLoop(
    step: PlannedStep,
    loop: NonNullable<PlannedStep['loop']>,
    path: string,
    values: Scope,
    scope: RunScope,
  ): Promise<StepEnd> {
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
        await this.finish(step, turn, result as Extract<StepEnd, { output: unknown }>, startedAt, scope)
      if (result.status === 'stopped') return { ...result, attempts: 1 }
      output = result.output
      if (loop.until && holds(loop.until, at(index + 1))) return { status: 'succeeded', output, attempts: 1 }
    }
  }

  /** The work of a step, once. */
  private once(step: PlannedStep, path: string, values: Scope, scope: RunScope): Promise<StepEnd> {
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
  ): Promise<StepEnd> {
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
  private async goOn(step: PlannedStep, path: string, values: Scope, scope: RunScope, failed: Failed): Promise<StepEnd> {
    const { onError, work } = step
    if (onError.kind === 'fail' || !canGoOn(failed.error, path)) return failed
    const problem = { code: failed.error.code, message: failed.error.message }
    const inError = { ...values, error: problem }
    scope.emit({ type: 'warning', step: path, message: `${problem.code}: ${problem.message} – goes on with ${nameOfStandIn(onError)}` })
    if (onError.kind === 'continue') {
      try {
        return { status: 'succeeded', output: onError.value.evaluate(inError), attempts: failed.attempts, problem }
      } catch (thrown) {
        return this.brokenOff(thrown, step, path, scope)
      }
    }
    const again =
      onError.kind === 'step'
        ? await this.run(onError.step, `${path}/${onError.step.id}`, inError, scope)
        : await this.calls.run(step, { ...(work as Extract<typeof work, { kind: 'call' }>), models: [onError.model] }, path, values, scope)
    if (again.status === 'failed' || again.status === 'paused' || again.status === 'stopped') return again
    return { status: 'succeeded', output: again.output, attempts: failed.attempts + again.attempts, problem }
  }

  private failed(error: PipewrightError, path: string, scope: RunScope): Failed {
    return { status: 'failed', error, attempts: 1, durationMs: 0, usage: scope.journal.state.usageOf(path).usage }
  }

  /** @throws the reason of the scope's signal when that is why: then more than this step is over */
  private brokenOff(thrown: unknown, step: PlannedStep, path: string, scope: RunScope): Failed {
    scope.signal.throwIfAborted()
    const error = toPipewrightError(thrown, 'STEP_FAILED').inStep(path, placeOfStep(this.plan, step))
    return { ...this.failed(scope.secrets.redactError(error), path, scope), attempts: 0 }
  }
}

function holds(condition: PlannedStep['condition'], values: Scope): boolean {
  return typeof condition === 'boolean' ? condition : condition.evaluate(values) === true
}
