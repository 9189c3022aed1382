import type { RunBudget } from '../budget/run-budget.js'
import { createRootContainer, type RootContainer } from '../di/container.js'
import { tokens } from '../di/tokens.js'
import { wire } from '../di/wire.js'
import type { EngineOptions } from '../engine.js'
import { parseDuration } from '../pipeline/duration.js'
import type { BudgetDocument } from '../pipeline/document-schema.js'
import type { Plan } from '../pipeline/plan.js'
import type { HostServices } from '../plugin/services.js'
import type { ExtensionPoints } from '../points/extension-points.js'
import type { GenesisServices } from '../points/genesis-stage.js'
import type { StepFiles } from '../points/step.js'
import type { RunSecrets } from '../secrets/run-secrets.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import { Deadline, DeadlineScope } from './deadline.js'
import type { RunSettings } from './journal-record.js'
import type { Memo } from './memo.js'
import { ModelGateway } from './model-gateway.js'
import type { PendingWork } from './pending-work.js'
import type { RunGuards } from './run-guards.js'
import type { RunJournal } from './run-journal.js'
import type { RunEvent } from './run-result.js'

const { points, run, runBudget, runGuards, runJournal, pendingWork, logger, emit } = tokens
const modelGateway = wire(ModelGateway, points, run, runBudget, runGuards, runJournal, pendingWork, logger, emit)

/** What belongs to one run and is shared by its steps and nested pipelines. */
export interface RunParts {
  /** The services that all runs of the engine share. */
  readonly root: RootContainer
  readonly runId: string
  readonly settings: RunSettings
  /** RFC 3339, UTC. */
  readonly startedAt: string
  readonly points: ExtensionPoints
  readonly services: HostServices
  readonly journal: RunJournal
  readonly work: PendingWork
  readonly files: StepFiles
  readonly secrets: RunSecrets
  /** What earlier runs have made. */
  readonly memo: Memo
  readonly genesis: GenesisServices | undefined
  readonly emit: (event: RunEvent) => void
  /** Reads and binds a pipeline file that another plan names. @throws what its findings say */
  readonly loadPlan: (path: string, from: Plan) => Promise<Plan>
}

/** What one pipeline of a run is run in. */
export interface RunScope extends RunParts {
  readonly models: ModelGateway
  readonly guards: RunGuards
  /** Aborts when the run is interrupted, cancelled or out of time, and when the step is over that the pipeline is nested in. */
  readonly signal: AbortSignal
  /** The times that are given to parts of it. */
  readonly deadlines: DeadlineScope
  readonly budget: RunBudget
}

export function createRunScope(parts: RunParts, guards: RunGuards, budget: RunBudget, deadlines: DeadlineScope): RunScope {
  const container = parts.root.createRunContainer()
  container.provideValue(run, { id: parts.runId, settings: parts.settings })
  container.provideValue(runBudget, budget)
  container.provideValue(runGuards, guards)
  container.provideValue(runJournal, parts.journal)
  container.provideValue(pendingWork, parts.work)
  container.provideValue(emit, parts.emit)
  container.provideClass(tokens.modelGateway, modelGateway)
  return { ...parts, guards, budget, signal: deadlines.signal, deadlines, models: container.resolve(tokens.modelGateway) }
}

/** The services that all runs of an engine share, sealed. */
export function createEngineContainer(options: Pick<EngineOptions, 'points' | 'services'>): RootContainer {
  const root = createRootContainer()
  root.provideValue(points, options.points)
  root.provideValue(logger, options.services.logger)
  root.seal()
  return root
}

/**
 * The scope of a pipeline that is nested in a step. What it says of itself holds beside what holds around it: its own
 * guardrails, and its own budget as one more account.
 */
export async function nestScope(around: RunScope, plan: Plan, path: string, deadlines: DeadlineScope): Promise<RunScope> {
  const guards = await around.guards.with(plan.guardrails, around.points)
  return createRunScope(around, guards, accountsWithin(around.budget, plan.document.budget, path), deadlines)
}

/** Runs work within a budget of its own, as one more account and as a time. */
export async function withBudget<Result>(
  around: RunScope,
  budget: BudgetDocument,
  path: string,
  work: (scope: RunScope) => Promise<Result>,
): Promise<Result> {
  const accounts = accountsWithin(around.budget, budget, path)
  const scope = accounts === around.budget ? around : createRunScope(around, around.guards, accounts, around.deadlines)
  if (budget.time === undefined) return work(scope)
  return withDeadline(scope, timeBudget(`Step "${path}"`, budget.time, around.services, around.deadlines, accounts.accountOf(path)), work)
}

/** Runs work that is broken off when a time is over. */
export async function withDeadline<Result>(
  around: RunScope,
  deadline: Deadline,
  work: (scope: RunScope) => Promise<Result>,
): Promise<Result> {
  const { signal } = deadline
  try {
    return await work({ ...around, signal, deadlines: new DeadlineScope(signal) })
  } finally {
    deadline.end()
  }
}

/** The time that a pipeline gives itself, within that of what is around it; most give themselves none. */
export function withinTimeBudget(
  { document: { pipeline, budget } }: Plan,
  services: HostServices,
  around: DeadlineScope,
): { readonly deadlines: DeadlineScope; end(): void } {
  if (budget?.time === undefined) return { deadlines: around, end: () => {} }
  const deadline = timeBudget(pipeline, budget.time, services, around)
  return { deadlines: new DeadlineScope(deadline.signal), end: () => deadline.end() }
}

function timeBudget(what: string, limit: string, { clock }: HostServices, around: DeadlineScope, account?: string): Deadline {
  const reason = (): Error =>
    new PipewrightError(
      'BUDGET_TIME',
      `${what} took longer than its budget of ${limit}.`,
      account === undefined ? {} : { details: { account } },
    )
  return new Deadline(clock, parseDuration(limit), reason, around)
}

function accountsWithin(budget: RunBudget, limit: BudgetDocument | undefined, path: string): RunBudget {
  if (limit?.tokens === undefined && limit?.usd === undefined) return budget
  return budget.within(path, { tokens: limit.tokens ?? null, usd: limit.usd ?? null })
}
