import { PipewrightError, toPipewrightError } from '../errors/pipewright-error.js'
import { parseDuration } from '../pipeline/duration.js'
import { placeOfStep, type Plan, type PlannedStep } from '../pipeline/plan.js'
import { retryPolicy } from '../pipeline/retry-policy.js'
import type { Scope } from '../pipeline/template-engine.js'
import type { z } from 'zod'
import type { Origin } from '../points/origin.js'
import type { Question, StepContext } from '../points/step.js'
import { noUsage, type Usage } from '../points/usage.js'
import { createDeadline } from './deadline.js'
import { Pause } from './pause.js'
import type { RunScope } from './run-scope.js'
import { askPerson, createStepContext, type RunNested, type StepLimits } from './step-context.js'

export type StepOutcome =
  | {
      readonly status: 'succeeded' | 'skipped'
      readonly output: unknown
      readonly attempts: number
      readonly durationMs: number
      readonly usage: Usage
      readonly origin: Origin | null
    }
  | {
      readonly status: 'failed'
      readonly error: PipewrightError
      readonly attempts: number
      readonly durationMs: number
      readonly usage: Usage
    }
  | { readonly status: 'paused'; readonly questions: readonly Question[] }

/** A step type or genesis stage, as the runner calls it. */
interface Runnable {
  readonly input: z.ZodType
  readonly output: z.ZodType
  readonly safeToRepeat: boolean
  run(input: unknown, context: StepContext): Promise<unknown>
}

/** How long a step may take when nothing is said. */
const defaultTimeout = '10m'
const defaultConcurrency = 4
const longestWaitMs = 60_000

/** Runs single steps: condition, items, templates, attempts, time limits, journal. */
export class StepRunner {
  private readonly scope: RunScope
  private readonly plan: Plan
  private readonly nest: RunNested

  constructor(scope: RunScope, plan: Plan, nest: RunNested) {
    this.scope = scope
    this.plan = plan
    this.nest = nest
  }

  /** Runs a step, or returns what an earlier attempt at the run has recorded of it. */
  async run(step: PlannedStep, path: string, values: Scope): Promise<StepOutcome> {
    const done = this.scope.journal.state.completed.get(path)
    if (done) return done
    const startedAt = this.scope.services.clock.now()
    try {
      if (!this.holds(step, values))
        return await this.finish(path, { status: 'skipped', output: null, attempts: 0, durationMs: 0, usage: noUsage, origin: null })
      if (step.compiled.forEach) return await this.runItems(step, path, values, startedAt)
      return await this.runOnce(step, path, values)
    } catch (thrown) {
      return this.fail(path, this.located(thrown, step, path), 0, startedAt)
    }
  }

  private holds(step: PlannedStep, values: Scope): boolean {
    const { condition } = step.compiled
    if (condition === null || typeof condition === 'boolean') return condition ?? true
    return condition.evaluate(values) === true
  }

  private async runItems(step: PlannedStep, path: string, values: Scope, startedAt: number): Promise<StepOutcome> {
    const items = step.compiled.forEach?.evaluate(values)
    if (!Array.isArray(items)) {
      throw new PipewrightError(
        'STEP_INPUT_INVALID',
        `for_each of step "${path}" is ${items === null ? 'null' : typeof items}, not a list.`,
        { hint: 'Give a list; a transform step can make one.' },
      )
    }
    const outcomes: StepOutcome[] = Array.from({ length: items.length })
    let next = 0
    let failed = false
    const work = async (): Promise<void> => {
      while (next < items.length && !failed && !this.scope.signal.aborted) {
        const index = next++
        const itemPath = `${path}[${index}]`
        const outcome =
          this.scope.journal.state.completed.get(itemPath) ?? (await this.runOnce(step, itemPath, { ...values, item: items[index], index }))
        outcomes[index] = outcome
        if (outcome.status === 'failed') failed = true
      }
    }
    const workers = Math.min(items.length, step.document.concurrency ?? this.plan.document.defaults.concurrency ?? defaultConcurrency)
    await Promise.all(Array.from({ length: workers }, work))
    this.scope.signal.throwIfAborted()

    const firstFailure = outcomes.find((outcome) => outcome?.status === 'failed')
    if (firstFailure?.status === 'failed') return this.fail(path, firstFailure.error, 1, startedAt)
    const questions = outcomes.flatMap((outcome) => (outcome.status === 'paused' ? outcome.questions : []))
    if (questions.length > 0) return { status: 'paused', questions }
    const output = outcomes.map((outcome) => (outcome.status === 'succeeded' ? outcome.output : null))
    const durationMs = this.scope.services.clock.now() - startedAt
    return this.finish(path, { status: 'succeeded', output, attempts: 1, durationMs, ...this.scope.journal.state.usageOf(path) })
  }

  private async runOnce(step: PlannedStep, path: string, values: Scope): Promise<StepOutcome> {
    const { clock } = this.scope.services
    const startedAt = clock.now()
    const runnable = await this.resolve(step)
    const retry = retryPolicy(step.document, this.plan.document.defaults, runnable.safeToRepeat)
    for (let attempt = 1; ; attempt++) {
      let hasBegun = false
      try {
        await this.begin(runnable, path, attempt)
        hasBegun = true
        const output = await this.attempt(step, runnable, path, values)
        const { usage, origin } = this.scope.journal.state.usageOf(path)
        return await this.finish(path, {
          status: 'succeeded',
          output,
          attempts: attempt,
          durationMs: clock.now() - startedAt,
          usage,
          origin,
        })
      } catch (thrown) {
        if (thrown instanceof Pause) {
          if (hasBegun && !runnable.safeToRepeat) this.scope.journal.note({ type: 'step-paused', step: path })
          return { status: 'paused', questions: [thrown.question] }
        }
        this.scope.signal.throwIfAborted()
        const error = this.located(thrown, step, path)
        // The steps of a nested pipeline have been tried again already, as often as they may.
        const attempts = error.step === path || step.document.retry ? retry.attempts : 1
        if (!error.retryable || attempt >= attempts) return this.fail(path, error, attempt, startedAt)
        const waitMs = Math.min(
          longestWaitMs,
          error.retryAfterMs ?? parseDuration(retry.backoff) * 2 ** (attempt - 1) * (0.5 + this.scope.services.random()),
        )
        this.scope.emit({ type: 'step-retrying', step: path, attempt: attempt + 1, waitMs, error: error.toJSON() })
        await clock.sleep(waitMs, this.scope.signal)
      }
    }
  }

  /** A step that may not be repeated is known to have begun before it begins, and is not begun again unasked. */
  private async begin(runnable: Runnable, path: string, attempt: number): Promise<void> {
    const { journal } = this.scope
    const before = journal.state.unfinished.get(path) ?? journal.state.uncertain.get(path)
    if (!runnable.safeToRepeat && attempt === 1 && before !== undefined) {
      const question: Question = {
        kind: 'approval',
        // With its time, so that leave given once is not taken for leave to run it a third time.
        message: `Step "${path}" was started at ${new Date(before).toISOString()} and nobody knows how it ended; it may not be safe to repeat. Run it again?`,
      }
      const answer = await askPerson(this.scope, path, question)
      if (!answer.approved)
        throw new PipewrightError('APPROVAL_REJECTED', `Step "${path}" was not run again${answer.reason ? `: ${answer.reason}` : '.'}`)
    }
    journal.note({ type: 'step-started', step: path, attempt })
    if (!runnable.safeToRepeat) await journal.flush()
    this.scope.emit({ type: 'step-started', step: path, attempt })
  }

  private async attempt(step: PlannedStep, runnable: Runnable, path: string, values: Scope): Promise<unknown> {
    const parsed = runnable.input.safeParse(step.compiled.with.evaluate(values))
    if (!parsed.success) throw new PipewrightError('STEP_INPUT_INVALID', `Step "${path}": ${issues(parsed.error)}`)
    const output = await this.withTimeout(step, path, (limits) =>
      runnable.run(parsed.data, createStepContext(this.scope, step, path, limits, this.nest)),
    )
    const checked = runnable.output.safeParse(output)
    if (!checked.success)
      throw new PipewrightError(
        'STEP_OUTPUT_INVALID',
        `Step type "${step.document.uses}" returned something else than it declares: ${issues(checked.error)}`,
      )
    return checked.data
  }

  /** A step that does not heed its signal is not waited for; its model calls are, for they stop at once and book what they cost. */
  private async withTimeout<Result>(step: PlannedStep, path: string, work: (limits: StepLimits) => Promise<Result>): Promise<Result> {
    const { signal, services } = this.scope
    const limit = step.document.timeout ?? this.plan.document.defaults.timeout ?? defaultTimeout
    const timeoutMs = parseDuration(limit)
    signal.throwIfAborted()
    const late = (): Error => new PipewrightError('STEP_TIMEOUT', `Step "${path}" took longer than ${limit}.`)
    const deadline = createDeadline(services.clock, timeoutMs, late, signal)
    try {
      return await Promise.race([work({ signal: deadline.signal, timeoutMs }), deadline.passed])
    } finally {
      deadline.end()
      await this.scope.work.settled(path)
    }
  }

  private located(thrown: unknown, step: PlannedStep, path: string): PipewrightError {
    return toPipewrightError(thrown, 'STEP_FAILED').inStep(path, placeOfStep(this.plan, step.id))
  }

  private async resolve(step: PlannedStep): Promise<Runnable> {
    const { points, genesis } = this.scope
    if (step.type.kind === 'step') {
      const type = await points.get('step', step.type.id)
      if (!type) throw new PipewrightError('UNKNOWN_STEP_TYPE', `There is no step type "${step.type.id}".`)
      return type
    }
    const stage = await points.get('genesis-stage', step.type.id)
    if (!stage || !genesis)
      throw new PipewrightError('UNKNOWN_STEP_TYPE', `The genesis stage "${step.type.id}" cannot run here.`, {
        hint: 'Genesis stages run under `pipewright genesis`.',
      })
    return {
      input: stage.reads,
      output: stage.writes,
      safeToRepeat: true,
      run: (input, context) => stage.run(input, { ...context, genesis }),
    }
  }

  private async finish(path: string, outcome: Extract<StepOutcome, { status: 'succeeded' | 'skipped' }>): Promise<StepOutcome> {
    await this.scope.journal.record({ type: 'step-finished', step: path, ...outcome })
    this.scope.emit({ type: 'step-finished', step: path, status: outcome.status, durationMs: outcome.durationMs, usage: outcome.usage })
    return outcome
  }

  private async fail(path: string, error: PipewrightError, attempts: number, startedAt: number): Promise<StepOutcome> {
    this.scope.signal.throwIfAborted()
    const durationMs = this.scope.services.clock.now() - startedAt
    const { usage } = this.scope.journal.state.usageOf(path)
    await this.scope.journal.record({ type: 'step-failed', step: path, attempts, durationMs, usage, error: error.toJSON() })
    this.scope.emit({ type: 'step-finished', step: path, status: 'failed', durationMs, usage })
    return { status: 'failed', error, attempts, durationMs, usage }
  }
}

function issues(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.length > 0 ? `"${issue.path.map(String).join('.')}": ` : ''}${issue.message}`)
    .join('; ')
}
