import type { RunBudget } from '../budget/run-budget.js'
import type { EngineOptions, ResumeOptions, StartOptions } from '../engine.js'
import type { RootContainer } from '../di/container.js'
import { DisposalScope } from '../di/disposal-scope.js'
import { PipewrightError, toPipewrightError } from '../errors/pipewright-error.js'
import type { Plan } from '../pipeline/plan.js'
import { resolveInputs } from '../pipeline/resolve-inputs.js'
import type { Answer } from '../points/step.js'
import { noUsage } from '../points/usage.js'
import { answerRun } from './answer-run.js'
import { DeadlineScope } from './deadline.js'
import { Execution, type ExecutionEnd } from './execution.js'
import type { JournalRecord, RunSettings } from './journal-record.js'
import { Memo } from './memo.js'
import { PendingWork } from './pending-work.js'
import { createMemoryFileStore, type FileStore } from './file-store.js'
import { ProjectFiles } from './project-files.js'
import { RunGuards } from './run-guards.js'
import { RunJournal } from './run-journal.js'
import { createRunBudget } from './run-accounts.js'
import { claimRun, createOwner, isHeld } from './run-owner.js'
import type { RunEnd, RunEvent, RunResult } from './run-result.js'
import { createEngineContainer, createRunScope, withinTimeBudget, type RunParts } from './run-scope.js'
import { RunState } from './run-state.js'
import { keepClaim, stopWhenInterrupted } from './stop-run.js'
import { digestFile } from './watch-reads.js'
import { takeUp, type TakeUpReader } from './take-up.js'
import { redactEvents } from '../secrets/redact-events.js'
import { RunSecrets } from '../secrets/run-secrets.js'
import { summarizeRun } from './summarize-run.js'

/** How long a process that died keeps a run from others, in milliseconds. */
const claimLeaseMs = 60_000

interface PlanReader extends TakeUpReader {
  /** A pipeline file of the project, named in another plan and relative to that one's file. */
  readonly planFor: (path: string, from: Plan) => Promise<Plan>
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
  private readonly root: RootContainer
  private readonly storedFiles: FileStore

  constructor(options: EngineOptions, plans: PlanReader) {
    this.options = options
    this.plans = plans
    this.root = createEngineContainer(options)
    // What one run has stored, another may be given.
    this.storedFiles = options.files ?? createMemoryFileStore()
  }

  async start(plan: Plan, options: StartOptions): Promise<RunResult> {
    const { store, services } = this.options
    const inputs = resolveInputs(plan, options.inputs)
    const startedAt = services.clock.now()
    const runId = createRunId(startedAt, services.random)
    const settings = options.settings ?? {}
    const owner = createOwner()
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
    // Asked for at once, and so written together.
    await Promise.all([
      store.journal.create({
        id: runId,
        pipeline: plan.document.pipeline,
        status: 'running',
        startedAt: new Date(startedAt).toISOString(),
        finishedAt: null,
      }),
      store.journal.claim(runId, owner, claimLeaseMs),
      store.journal.append(runId, [record, ...completed]),
    ])
    try {
      return await this.execute({ runId, plan, inputs, settings, startedAt, state: RunState.from([record, ...completed]), owner }, options)
    } finally {
      await store.journal.release(runId, owner)
    }
  }

  async resume(runId: string, options: ResumeOptions = {}): Promise<RunResult> {
    const { journal } = this.options.store
    const owner = createOwner()
    // The journal is read once nobody else can write it.
    if (!(await claimRun(journal, runId, owner, claimLeaseMs)))
      throw new PipewrightError('RUN_BUSY', `Run ${runId} is being run by another process.`)
    try {
      const records = await journal.read(runId)
      const taken = await takeUp(runId, records, this.plans, options)
      const { plan, inputs, started, state, edited } = taken
      const isDoneAgain = edited !== null && edited.again.length > 0 && state.end?.error?.code !== 'RUN_CANCELLED'
      if (hasEnded(state) && !isDoneAgain) return await this.show(runId)
      const at = this.options.services.clock.now()
      // It is to come to another end, and what is done at the end belongs to that one.
      const atTheEnd = state.end && state.end.status !== 'paused' ? plan.finally.steps.map(({ id }) => id) : []
      const added: JournalRecord[] = [{ type: 'run-resumed', at, owner, ...(atTheEnd.length > 0 ? { again: atTheEnd } : {}) }]
      if (edited) {
        const { document, again } = edited
        added.push({ type: 'run-edited', at, document, again, ...(options.from === undefined ? {} : { from: options.from }) })
      }
      await journal.setStatus(runId, 'running', null)
      await journal.append(runId, added)
      for (const record of added) state.apply(record)
      if (edited) this.quietly(options.onEvent)({ type: 'run-edited', hold: edited.hold, again: edited.again })
      return await this.execute({ runId, plan, inputs, settings: started.settings, startedAt: started.at, state, owner }, options)
    } finally {
      await journal.release(runId, owner)
    }
  }

  async answer(runId: string, answer: Answer, step?: string): Promise<void> {
    await answerRun(this.options.store.journal, this.options.services.clock, runId, answer, step)
  }

  async show(runId: string): Promise<RunResult> {
    const { journal } = this.options.store
    const [summary, records] = [await journal.get(runId), await journal.read(runId)]
    if (!summary) throw new PipewrightError('RUN_NOT_FOUND', `There is no run "${runId}".`)
    const started = records.find((record) => record.type === 'run-started')
    const text = records.findLast((record) => record.type === 'run-edited')?.document ?? started?.document
    const plan = started && text !== undefined ? await this.plans.planOf({ text, file: started.file }) : null
    const budget =
      plan && started ? await createRunBudget(this.options, runId, plan, started.settings).state() : { reserved: 0, spent: 0, limit: null }
    const isHeldNow = summary.status === 'running' && (await isHeld(journal, runId))
    return summarizeRun(summary, RunState.from(records), plan ? topStepsOf(plan) : [], budget, isHeldNow)
  }

  async cancel(runId: string): Promise<void> {
    const { journal } = this.options.store
    const { clock } = this.options.services
    const owner = createOwner()
    if (!(await claimRun(journal, runId, owner, claimLeaseMs)))
      throw new PipewrightError('RUN_BUSY', `Run ${runId} is being run by another process.`, { hint: 'Interrupt that process first.' })
    try {
      const summary = await journal.get(runId)
      if (!summary || summary.status === 'succeeded') return
      // What it had begun and never ended, another run may do.
      await this.options.store.memo.letGo(runId)
      if (summary.status === 'failed') return
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
    const budget = createRunBudget(this.options, runId, plan, started.settings)
    const scope = new DisposalScope()
    const stop = new AbortController()
    stopWhenInterrupted(stop, runId, options.signal, scope)
    keepClaim(stop, { journal: store.journal, clock: services.clock }, { runId, owner: started.owner, leaseMs: claimLeaseMs }, scope)
    const time = withinTimeBudget(plan, services, new DeadlineScope(stop.signal))
    scope.add(() => time.end())
    emit({ type: 'run-started', runId, steps: topStepsOf(plan) })
    try {
      const end = await this.runGuarded(started, journal, budget, time.deadlines, emit)
      // Whoever has the run now writes how it ends.
      if (end.error?.code === 'RUN_BUSY') throw end.error
      return await this.finish(started, journal, budget, end, emit)
    } finally {
      await scope.dispose()
    }
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
    deadlines: DeadlineScope,
    tell: (event: RunEvent) => void,
  ): Promise<ExecutionEnd> {
    const { points, services, genesis } = this.options
    const { plan, runId, settings, inputs } = started
    const secrets = new RunSecrets(this.options.secrets)
    const emit = redactEvents(secrets, tell)
    try {
      const guards = await RunGuards.load(plan.guardrails, points, journal, services, emit)
      await guards.checkStart(plan, inputs)
      const files = new ProjectFiles(this.options.projectRoot, settings.grantedFiles, {
        store: this.storedFiles,
        withheld: this.options.secrets?.files ?? [],
      })
      const parts: RunParts = {
        root: this.root,
        runId,
        settings,
        startedAt: new Date(started.startedAt).toISOString(),
        points,
        services,
        journal,
        work: new PendingWork(),
        files,
        secrets,
        memo: new Memo(this.options.store.memo, services.clock, (path) => digestFile(files, path)),
        genesis,
        emit,
        loadPlan: this.plans.planFor,
      }
      const end = await new Execution(createRunScope(parts, guards, budget, deadlines), plan).run(inputs)
      if (!end.error && end.questions.length === 0) await guards.checkOutputs(plan, end.outputs)
      return end
    } catch (thrown) {
      return { outputs: {}, error: secrets.redactError(toPipewrightError(thrown)), questions: [] }
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
    await Promise.all([
      journal.record({
        type: 'run-finished',
        status,
        outputs: end.outputs,
        error: end.error?.toJSON() ?? null,
        usage: journal.state.usageOf('').usage,
      }),
      store.journal.setStatus(runId, status, status === 'paused' ? null : new Date(services.clock.now()).toISOString()),
      // It is over here: written with its end, which saves a wait for the disk.
      store.journal.release(runId, started.owner),
    ])
    emit({ type: 'run-finished', runId, status })
    const summary = { id: runId, pipeline: plan.document.pipeline, status }
    return summarizeRun(summary, journal.state, topStepsOf(plan), await budget.state())
  }
}

/** Ids of the steps of the pipeline itself, in the order of the document. */
function topStepsOf({ document }: Plan): string[] {
  return [...document.steps, ...(document.finally ?? [])].map((step) => step.id)
}

/** Whether a run has come to an end after which nothing goes on by itself: it succeeded, or was given up. */
function hasEnded({ end }: RunState): boolean {
  return end?.status === 'succeeded' || end?.error?.code === 'RUN_CANCELLED'
}

function statusOf(end: ExecutionEnd): RunEnd {
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
