import type { z } from 'zod'
import { PipewrightError, toPipewrightError } from '../errors/pipewright-error.js'
import { parseDuration } from '../pipeline/duration.js'
import { placeOfStep, type Plan, type PlannedCall, type PlannedStep } from '../pipeline/plan.js'
import { retryPolicy, type RetryPolicy } from '../pipeline/retry-policy.js'
import type { Scope } from '../pipeline/template-engine.js'
import type { Origin } from '../points/origin.js'
import type { EarlyStop, Question, StepContext, StepFiles } from '../points/step.js'
import { noUsage } from '../points/usage.js'
import { Deadline } from './deadline.js'
import { StopPipeline } from './early-stop.js'
import { Pause } from './pause.js'
import { callOrRecall, type PreparedCall } from './remembered-call.js'
import type { RunScope } from './run-scope.js'
import { askPerson, AttemptContext, type RunNested } from './step-context.js'
import type { StepOutcome } from './step-outcome.js'
import { createTools } from './step-tools.js'

/** A step type or genesis stage, as it is called. */
interface Runnable {
  readonly input: z.ZodType
  readonly output: z.ZodType
  readonly safeToRepeat: boolean
  readonly usesIdempotencyKey?: boolean
  run(input: unknown, context: StepContext): Promise<unknown>
}

export type CallResult =
  | {
      readonly status: 'succeeded'
      readonly output: unknown
      readonly attempts: number
      readonly cached?: boolean
      /** What answered when an earlier run made it. */
      readonly origin?: Origin | null
    }
  | { readonly status: 'stopped'; readonly output: EarlyStop; readonly attempts: number }
  | Extract<StepOutcome, { status: 'failed' | 'paused' }>

/** Runs a step that a call of a step type makes. */
export type RunStep = (step: PlannedStep, path: string, values: Scope, scope: RunScope) => Promise<StepOutcome>

/** How long an attempt may take when nothing is said. */
const defaultTimeout = '10m'
/** A server that asks for a longer wait than this, and than `max_backoff`, is not waited for. */
const longestRetryAfterMs = 10 * 60_000

interface CallPlace {
  readonly step: PlannedStep
  readonly call: PlannedCall
  readonly path: string
  readonly values: Scope
  readonly scope: RunScope
}

/** Calls step types: templates, attempts, time limits, what is checked before and after. */
export class CallRunner {
  private readonly plan: Plan
  private readonly nest: RunNested
  private readonly runStep: RunStep
  private readonly runnables = new Map<PlannedCall['type'], Runnable>()

  constructor(plan: Plan, nest: RunNested, runStep: RunStep) {
    this.plan = plan
    this.nest = nest
    this.runStep = runStep
  }

  /** @throws the reason of the scope's signal, which stops more than this step */
  run(step: PlannedStep, call: PlannedCall, path: string, values: Scope, scope: RunScope): Promise<CallResult> {
    const place: CallPlace = { step, call, path, values, scope }
    const known = this.runnables.get(call.type)
    if (known) return this.runWith(known, place)
    return this.resolve(call, scope).then(
      (runnable) => this.runWith(runnable, place),
      (thrown: unknown) => this.refused(thrown, place),
    )
  }

  private runWith(resolved: Runnable, place: CallPlace): Promise<CallResult> {
    const { step, call, path, values, scope } = place
    try {
      const once = step.idempotencyKey ? scope.secrets.stable(String(step.idempotencyKey.evaluate(values))) : null
      // With a key that its service honours, a repetition does nothing.
      const runnable = once !== null && resolved.usesIdempotencyKey === true ? repeatable(resolved) : resolved
      const parsed = resolved.input.safeParse(call.with.evaluate(values))
      if (!parsed.success) throw new PipewrightError('STEP_INPUT_INVALID', `Step "${path}": ${issues(parsed.error)}`)
      const prepared: PreparedCall = { plan: this.plan, step, call, path, scope, input: parsed.data, once }
      return callOrRecall(prepared, (files) => this.attempts(prepared, runnable, values, files))
    } catch (thrown) {
      return Promise.resolve(this.refused(thrown, place))
    }
  }

  /** What a call has come to that could not even begin. */
  private refused(thrown: unknown, { step, path, scope }: CallPlace): CallResult {
    const error = scope.secrets.redactError(toPipewrightError(thrown, 'STEP_FAILED').inStep(path, placeOfStep(this.plan, step)))
    return { status: 'failed', error, attempts: 0, durationMs: 0, usage: noUsage }
  }

  private async attempts(prepared: PreparedCall, runnable: Runnable, values: Scope, files: StepFiles): Promise<CallResult> {
    const { step, path, scope } = prepared
    const { clock, random } = scope.services
    const retry = retryPolicy(step.document, this.plan.document.defaults, runnable.safeToRepeat)
    for (let attempt = 1; ; attempt++) {
      let hasBegun = false
      try {
        const beginning = this.begin(runnable, path, attempt, scope)
        if (beginning) await beginning
        hasBegun = true
        return { status: 'succeeded', output: await this.attempt(prepared, runnable, values, files), attempts: attempt }
      } catch (thrown) {
        if (thrown instanceof StopPipeline) return { status: 'stopped', output: scope.secrets.redact(thrown.end), attempts: attempt }
        if (thrown instanceof Pause) {
          if (hasBegun && !runnable.safeToRepeat) scope.journal.note({ type: 'step-paused', step: path })
          return { status: 'paused', questions: [thrown.question] }
        }
        scope.signal.throwIfAborted()
        const error = scope.secrets.redactError(toPipewrightError(thrown, 'STEP_FAILED').inStep(path, placeOfStep(this.plan, step)))
        if (isFruitless(error) && scope.journal.state.holdsAnswers(path)) scope.journal.note({ type: 'answers-dropped', step: path })
        // The steps of a nested pipeline have been tried again already, as often as they may.
        const attempts = error.step === path || step.document.retry ? retry.attempts : 1
        if (attempt >= attempts || !isWorthwhile(error, retry)) {
          const { usage } = scope.journal.state.usageOf(path)
          return { status: 'failed', error, attempts: attempt, durationMs: 0, usage }
        }
        const waitMs = waitBefore(attempt, error, retry, random)
        scope.emit({ type: 'step-retrying', step: path, attempt: attempt + 1, waitMs, error: error.toJSON() })
        await clock.sleep(waitMs, scope.signal)
      }
    }
  }

  private begin(runnable: Runnable, path: string, attempt: number, scope: RunScope): Promise<void> | undefined {
    scope.emit({ type: 'step-started', step: path, attempt })
    return runnable.safeToRepeat ? undefined : this.beginOnce(path, attempt, scope)
  }

  /** A step that may not be repeated is known to have begun before it begins, and is not begun again unasked. */
  private async beginOnce(path: string, attempt: number, scope: RunScope): Promise<void> {
    const { journal } = scope
    const before = journal.state.unfinished.get(path) ?? journal.state.uncertain.get(path)
    const isRepeated = journal.state.repeated.has(path)
    if (attempt === 1 && (before !== undefined || isRepeated)) {
      const question: Question = {
        kind: 'approval',
        // With its time, so that leave given once is not taken for leave to run it a third time.
        message:
          before === undefined
            ? `Step "${path}" has been done already and may not be safe to repeat. Run it again?`
            : `Step "${path}" was started at ${new Date(before).toISOString()} and nobody knows how it ended; it may not be safe to repeat. Run it again?`,
      }
      const answer = await askPerson(scope, path, question)
      if (!answer.approved)
        throw new PipewrightError('APPROVAL_REJECTED', `Step "${path}" was not run again${answer.reason ? `: ${answer.reason}` : '.'}`)
    }
    await journal.record({ type: 'step-started', step: path, attempt })
  }

  private async attempt(
    { step, call, path, scope, input, once }: PreparedCall,
    runnable: Runnable,
    values: Scope,
    files: StepFiles,
  ): Promise<unknown> {
    const limit = step.document.timeout ?? this.plan.document.defaults.timeout ?? defaultTimeout
    const timeoutMs = parseDuration(limit)
    scope.signal.throwIfAborted()
    const late = (): Error => new PipewrightError('STEP_TIMEOUT', `Step "${path}" took longer than ${limit}.`)
    const deadline = new Deadline(scope.services.clock, timeoutMs, late, scope.deadlines)
    const tools = call.tools.length === 0 ? null : createTools(call.tools, { path, values, scope, run: this.runStep })
    const context = new AttemptContext(scope, { step, call, path, deadline, timeoutMs, nest: this.nest, tools, files, once })
    try {
      const { secrets } = scope
      // Only now, and only for the step: what is journaled and cached has markers in their place.
      const revealed = secrets.isIdle ? input : await secrets.reveal(input)
      const output = secrets.redact(await deadline.race(runnable.run(revealed, context)))
      const checked = runnable.output.safeParse(output)
      if (!checked.success) {
        throw new PipewrightError(
          'STEP_OUTPUT_INVALID',
          `Step type "${step.document.uses}" returned something else than it declares: ${issues(checked.error)}`,
        )
      }
      // Written with the record of the step's end, so that a conversation never holds what did not happen.
      for (const record of context.said()) scope.journal.note(record)
      return checked.data
    } finally {
      deadline.end()
      // A step that does not heed its signal is not waited for; its model calls are, for they stop at once and book what they cost.
      if (scope.work.isPending) await scope.work.settled(path)
    }
  }

  private async resolve({ type: described }: PlannedCall, { points, genesis }: RunScope): Promise<Runnable> {
    const remember = (runnable: Runnable): Runnable => {
      this.runnables.set(described, runnable)
      return runnable
    }
    if (described.kind === 'step') {
      const type = await points.get('step', described.id)
      if (!type) throw new PipewrightError('UNKNOWN_STEP_TYPE', `There is no step type "${described.id}".`)
      return remember(type)
    }
    const stage = await points.get('genesis-stage', described.id)
    if (!stage || !genesis) {
      throw new PipewrightError('UNKNOWN_STEP_TYPE', `The genesis stage "${described.id}" cannot run here.`, {
        hint: 'Genesis stages run under `pipewright genesis`.',
      })
    }
    return remember({
      input: stage.reads,
      output: stage.writes,
      safeToRepeat: true,
      // The context's parts are made when they are asked for, so it is built upon, not copied.
      run: (input, context) => stage.run(input, Object.create(context, { genesis: { value: genesis } }) as Parameters<typeof stage.run>[1]),
    })
  }
}

function repeatable(runnable: Runnable): Runnable {
  return { input: runnable.input, output: runnable.output, safeToRepeat: true, run: (input, context) => runnable.run(input, context) }
}

/** Asking the same again would be given the same answer. */
function isFruitless({ code }: PipewrightError): boolean {
  return code === 'MODEL_OUTPUT_INVALID'
}

/** To come before the time that a server has named would only be refused again, and a run does not wait for hours. */
function isWorthwhile({ code, retryable, retryAfterMs = 0 }: PipewrightError, { on, max_backoff: longest }: RetryPolicy): boolean {
  if (retryAfterMs > Math.max(parseDuration(longest), longestRetryAfterMs)) return false
  return on ? on.includes(code) : retryable
}

/** In milliseconds: what a server asks for, and otherwise our own. */
function waitBefore(attempt: number, { retryAfterMs }: PipewrightError, retry: RetryPolicy, random: () => number): number {
  const own = parseDuration(retry.backoff) * 2 ** (attempt - 1) * (0.5 + random())
  return retryAfterMs ?? Math.min(parseDuration(retry.max_backoff), own)
}

function issues(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.length > 0 ? `"${issue.path.map(String).join('.')}": ` : ''}${issue.message}`)
    .join('; ')
}
