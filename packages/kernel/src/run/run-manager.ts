import { randomUUID } from 'node:crypto'
import { RunBudget } from '../budget/run-budget.js'
import type { DocumentSource, EngineOptions, ResumeOptions, StartOptions } from '../engine.js'
import { DisposalScope } from '../di/disposal-scope.js'
import { PipewrightError, toPipewrightError } from '../errors/pipewright-error.js'
import type { Plan } from '../pipeline/plan.js'
import { resolveInputs } from '../pipeline/resolve-inputs.js'
import type { Answer } from '../points/step.js'
import type { AccountLimit } from '../points/store.js'
import { noUsage } from '../points/usage.js'
import { Execution, type ExecutionEnd } from './execution.js'
import type { JournalRecord, RunSettings } from './journal-record.js'
import { PendingWork } from './pending-work.js'
import { ProjectFiles } from './project-files.js'
import { RunGuards } from './run-guards.js'
import { RunJournal } from './run-journal.js'
import type { RunEvent, RunResult } from './run-result.js'
import { createRunScope, createTimeBudget, type RunParts } from './run-scope.js'
import { RunState } from './run-state.js'
import { summarizeRun } from './summarize-run.js'

/** How long a process that died keeps a run from others, in milliseconds. */
const claimLeaseMs = 60_000

interface PlanReader {
  /** A pipeline file of the project, named in another plan and relative to that one's file. */
  readonly planFor: (path: string, from: Plan) => Promise<Plan>
  /** The plan of a text; null when it is not valid. */
  readonly planOf: (source: DocumentSource) => Promise<Plan | null>
}

interface Started {
  readonly runId: string
  readonly plan: Plan
  readonly inputs: Readonly<Record<string, unknown>>
  readonly settings: RunSettings
  readonly startedAt: number
  readonly state: RunState
  /** Whoever holds the run while it goes on: another one for each time that it is taken up. */
  readonly owner: string
}

/** Starts runs, and takes them up again from their journals. */
export class RunManager {
  private readonly options: EngineOptions
  private readonly plans: PlanReader

  constructor(options: EngineOptions, plans: PlanReader) {
    this.options = options
    this.plans = plans
  }

  async start(plan: Plan, options: StartOptions): Promise<RunResult> {
    const { store, services } = this.options
    const inputs = resolveInputs(plan, options.inputs)
    const startedAt = services.clock.now()
    const runId = createRunId(startedAt, services.random)
    const settings = options.settings ?? {}
    const owner = randomUUID()
    await store.journal.create({
      id: runId,
      pipeline: plan.document.pipeline,
      status: 'running',
      startedAt: new Date(startedAt).toISOString(),
      finishedAt: null,
    })
    await store.journal.claim(runId, owner, claimLeaseMs)
    const record: JournalRecord = { type: 'run-started', at: startedAt, document: plan.text, file: plan.file, inputs, settings }
    const completed = Object.entries(options.completed ?? {}).map(([step, output]): JournalRecord => ({
      type: 'step-finished',
      at: startedAt,
      step,
      status: 'succeeded',
      output,
      attempts: 0,
      durationMs: 0,
      usage: noUsage,
      origin: null,
    }))
    try {
      await store.journal.append(runId, [record, ...completed])
      return await this.execute({ runId, plan, inputs, settings, startedAt, state: RunState.from(completed), owner }, options)
    } finally {
      await store.journal.release(runId, owner)
    }
  }

  async resume(runId: string, options: ResumeOptions = {}): Promise<RunResult> {
    const { journal } = this.options.store
    const owner = randomUUID()
    // The journal is read once nobody else can write it.
    if (!(await journal.claim(runId, owner, claimLeaseMs)))
      throw new PipewrightError('RUN_BUSY', `Run ${runId} is being run by another process.`)
    try {
      const records = await journal.read(runId)
      const started = records.find((record) => record.type === 'run-started')
      if (!started) throw new PipewrightError('STATE_CORRUPT', `The journal of run ${runId} has no beginning.`)
      if (hasEnded(records)) return await this.show(runId)
      const plan = await this.plans.planOf({ text: started.document, file: started.file })
      if (!plan)
        throw new PipewrightError('INVALID_VALUE', `The pipeline of run ${runId} is no longer valid with the plugins installed now.`, {
          hint: 'Install the plugins that it was started with.',
        })
      await journal.setStatus(runId, 'running', null)
      await journal.append(runId, [{ type: 'run-resumed', at: this.options.services.clock.now(), owner }])
      return await this.execute(
        { runId, plan, inputs: started.inputs, settings: started.settings, startedAt: started.at, state: RunState.from(records), owner },
        options,
      )
    } finally {
      await journal.release(runId, owner)
    }
  }

  async answer(runId: string, answer: Answer, step?: string): Promise<void> {
    const { journal } = this.options.store
    const records = await journal.read(runId)
    const { questions } = RunState.from(records)
    const last = records.findLast((record) => record.type === 'run-finished' || record.type === 'run-resumed')
    const isOver = last?.type === 'run-finished' && last.status !== 'paused'
    const asked = step ?? questions.keys().next().value
    if (isOver || asked === undefined || !questions.has(asked)) {
      throw new PipewrightError(
        'RUN_NOT_WAITING',
        step === undefined ? `Run ${runId} waits for nobody.` : `Step "${step}" of run ${runId} waits for nobody.`,
      )
    }
    await journal.append(runId, [{ type: 'answered', at: this.options.services.clock.now(), step: asked, answer }])
  }

  async show(runId: string): Promise<RunResult> {
    const { journal, ledger } = this.options.store
    const [summary, records] = [await journal.get(runId), await journal.read(runId)]
    if (!summary) throw new PipewrightError('RUN_NOT_FOUND', `There is no run "${runId}".`)
    const started = records.find((record) => record.type === 'run-started')
    const plan = started ? await this.plans.planOf({ text: started.document, file: started.file }) : null
    const accounts = plan && started ? this.accounts(runId, plan, started.settings) : null
    const budget = accounts ? await new RunBudget(ledger, accounts.all, accounts.own).state() : { reserved: 0, spent: 0, limit: null }
    return summarizeRun(summary, records, plan?.document.steps.map((step) => step.id) ?? [], budget)
  }

  async cancel(runId: string): Promise<void> {
    const { journal } = this.options.store
    const { clock } = this.options.services
    const owner = randomUUID()
    if (!(await journal.claim(runId, owner, claimLeaseMs)))
      throw new PipewrightError('RUN_BUSY', `Run ${runId} is being run by another process.`, { hint: 'Interrupt that process first.' })
    try {
      const summary = await journal.get(runId)
      if (!summary || summary.status === 'succeeded' || summary.status === 'failed') return
      const error = new PipewrightError('RUN_CANCELLED', 'The run was cancelled.').toJSON()
      const { usage } = RunState.from(await journal.read(runId)).usageOf('')
      await journal.append(runId, [{ type: 'run-finished', at: clock.now(), status: 'failed', outputs: {}, error, usage }])
      await journal.setStatus(runId, 'failed', new Date(clock.now()).toISOString())
    } finally {
      await journal.release(runId, owner)
    }
  }

  private async execute(started: Started, options: ResumeOptions): Promise<RunResult> {
    const { store, services } = this.options
    const { runId, plan } = started
    const emit = this.quietly(options.onEvent)
    const journal = new RunJournal(store.journal, runId, started.state, () => services.clock.now())
    const accounts = this.accounts(runId, plan, started.settings)
    const budget = new RunBudget(store.ledger, accounts.all, accounts.own)
    const scope = new DisposalScope()
    const stop = new AbortController()
    this.stopWhenInterrupted(stop, runId, options.signal, scope)
    this.keepClaim(stop, started, scope)
    const time = createTimeBudget(plan, services, stop.signal)
    scope.add(() => time.end())
    emit({ type: 'run-started', runId, steps: plan.document.steps.map((step) => step.id) })
    try {
      const end = await this.runGuarded(started, journal, budget, time.signal, emit)
      // Whoever has the run now writes how it ends.
      if (end.error?.code === 'RUN_BUSY') throw end.error
      return await this.finish(started, journal, budget, end, emit)
    } finally {
      await scope.dispose()
    }
  }

  private stopWhenInterrupted(stop: AbortController, runId: string, signal: AbortSignal | undefined, scope: DisposalScope): void {
    const hint = `Continue it with \`pipewright runs resume ${runId}\`.`
    const onInterrupt = (): void => stop.abort(new PipewrightError('RUN_INTERRUPTED', 'The run was interrupted.', { hint }))
    if (signal?.aborted) onInterrupt()
    signal?.addEventListener('abort', onInterrupt, { once: true })
    scope.add(() => signal?.removeEventListener('abort', onInterrupt))
  }

  /** Two processes never go on with one run: a claim that is lost, or that cannot be renewed, stops it here. */
  private keepClaim(stop: AbortController, { runId, owner }: Started, scope: DisposalScope): void {
    const lost = new PipewrightError('RUN_BUSY', `Run ${runId} was taken over by another process.`)
    const unwritable = new PipewrightError('STATE_UNWRITABLE', 'The run’s journal can no longer be written.')
    const renewal = setInterval(() => {
      this.options.store.journal.claim(runId, owner, claimLeaseMs).then(
        (isOurs) => isOurs || stop.abort(lost),
        () => stop.abort(unwritable),
      )
    }, claimLeaseMs / 3)
    renewal.unref()
    scope.add(() => clearInterval(renewal))
  }

  /** Whoever watches a run cannot make it fail. */
  private quietly(onEvent: ((event: RunEvent) => void) | undefined): (event: RunEvent) => void {
    return (event) => {
      try {
        onEvent?.(event)
      } catch (error) {
        this.options.services.logger.warn('A watcher of the run failed.', { event: event.type, reason: String(error) })
      }
    }
  }

  private async runGuarded(
    started: Started,
    journal: RunJournal,
    budget: RunBudget,
    signal: AbortSignal,
    emit: (event: RunEvent) => void,
  ): Promise<ExecutionEnd> {
    const { points, services, genesis } = this.options
    const { plan, runId, settings, inputs } = started
    try {
      const guards = await RunGuards.load(plan.guardrails, points, journal, services, emit)
      await guards.checkStart(plan, inputs)
      const parts: RunParts = {
        runId,
        settings,
        startedAt: new Date(started.startedAt).toISOString(),
        points,
        services,
        journal,
        work: new PendingWork(),
        files: new ProjectFiles(this.options.projectRoot, settings.grantedFiles),
        genesis,
        emit,
        loadPlan: this.plans.planFor,
      }
      const end = await new Execution(createRunScope(parts, guards, budget, signal), plan, inputs).run()
      if (!end.error && end.questions.length === 0) await guards.checkOutputs(plan, end.outputs)
      return end
    } catch (thrown) {
      return { outputs: {}, error: toPipewrightError(thrown), questions: [], outcomes: new Map() }
    }
  }

  private async finish(
    started: Started,
    journal: RunJournal,
    budget: RunBudget,
    end: ExecutionEnd,
    emit: (event: RunEvent) => void,
  ): Promise<RunResult> {
    const { store, services } = this.options
    const { runId, plan } = started
    const status = statusOf(end)
    await journal.record({
      type: 'run-finished',
      status,
      outputs: end.outputs,
      error: end.error?.toJSON() ?? null,
      usage: journal.state.usageOf('').usage,
    })
    await store.journal.setStatus(runId, status, status === 'paused' ? null : new Date(services.clock.now()).toISOString())
    emit({ type: 'run-finished', runId, status })
    const [summary, records] = [await store.journal.get(runId), await store.journal.read(runId)]
    if (!summary) throw new PipewrightError('RUN_NOT_FOUND', `Run ${runId} has vanished.`)
    return summarizeRun(
      summary,
      records,
      plan.document.steps.map((step) => step.id),
      await budget.state(),
    )
  }

  /** From the widest account to the run's own. Simulated calls have accounts of their own. */
  private accounts(runId: string, plan: Plan, settings: RunSettings): { readonly all: AccountLimit[]; readonly own: AccountLimit } {
    const { limits, services } = this.options
    const { budget, tier } = plan.document
    const prefix = settings.provider === 'simulated' ? 'simulated/' : ''
    // The day on which it is spent: a run that goes on days later uses up that day's limit.
    const day = new Date(services.clock.now()).toISOString().slice(0, 10)
    const tierLimit = tier === undefined ? undefined : limits?.tiers?.[tier]
    const own: AccountLimit = {
      account: `${prefix}run:${runId}`,
      tokens: smallest(budget?.tokens, tierLimit?.tokens),
      usd: smallest(budget?.usd, settings.maxUsd, tierLimit?.usd),
    }
    return { all: [{ account: `${prefix}day:${day}`, tokens: limits?.day?.tokens ?? null, usd: limits?.day?.usd ?? null }, own], own }
  }
}

/** Whether a run has come to an end after which nothing goes on: it succeeded, or was given up. */
function hasEnded(records: readonly JournalRecord[]): boolean {
  const last = records.findLast((record) => record.type === 'run-finished' || record.type === 'run-resumed')
  return last?.type === 'run-finished' && (last.status === 'succeeded' || last.error?.code === 'RUN_CANCELLED')
}

function smallest(...limits: readonly (number | undefined)[]): number | null {
  const given = limits.filter((limit) => limit !== undefined)
  return given.length === 0 ? null : Math.min(...given)
}

function statusOf(end: ExecutionEnd): RunResult['status'] {
  if (!end.error) return end.questions.length > 0 ? 'paused' : 'succeeded'
  if (end.error.exitCode === 4 || end.error.exitCode === 5) return 'stopped'
  return end.error.code === 'RUN_INTERRUPTED' ? 'interrupted' : 'failed'
}

/** Sorts by time, and is short enough to type. */
function createRunId(now: number, random: () => number): string {
  const suffix = Math.floor(random() * 36 ** 5)
    .toString(36)
    .padStart(5, '0')
  return `run-${now.toString(36)}-${suffix}`
}
