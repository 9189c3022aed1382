import type { RunBudget } from '../budget/run-budget.js'
import { createRootContainer, type RootContainer } from '../di/container.js'
import { tokens } from '../di/tokens.js'
import { wire } from '../di/wire.js'
import type { EngineOptions } from '../engine.js'
import { parseDuration } from '../pipeline/duration.js'
import type { Plan } from '../pipeline/plan.js'
import type { HostServices } from '../plugin/services.js'
import type { ExtensionPoints } from '../points/extension-points.js'
import type { GenesisServices } from '../points/genesis-stage.js'
import type { StepFiles } from '../points/step.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import { createDeadline, type Deadline } from './deadline.js'
import type { RunSettings } from './journal-record.js'
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
  readonly budget: RunBudget
}

export function createRunScope(parts: RunParts, guards: RunGuards, budget: RunBudget, signal: AbortSignal): RunScope {
  const container = parts.root.createRunContainer()
  container.provideValue(run, { id: parts.runId, settings: parts.settings })
  container.provideValue(runBudget, budget)
  container.provideValue(runGuards, guards)
  container.provideValue(runJournal, parts.journal)
  container.provideValue(pendingWork, parts.work)
  container.provideValue(emit, parts.emit)
  container.provideClass(tokens.modelGateway, modelGateway)
  return { ...parts, guards, budget, signal, models: container.resolve(tokens.modelGateway) }
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
export async function nestScope(around: RunScope, plan: Plan, path: string, signal: AbortSignal): Promise<RunScope> {
  const { budget } = plan.document
  const guards = await around.guards.with(plan.guardrails, around.points)
  const accounts =
    budget?.tokens === undefined && budget?.usd === undefined
      ? around.budget
      : around.budget.within(path, { tokens: budget.tokens ?? null, usd: budget.usd ?? null })
  return createRunScope(around, guards, accounts, signal)
}

/** The time that a pipeline gives itself, within that of what is around it. */
export function createTimeBudget(plan: Plan, services: HostServices, around: AbortSignal): Deadline {
  const { pipeline, budget } = plan.document
  const limit = budget?.time
  return createDeadline(
    services.clock,
    limit === undefined ? null : parseDuration(limit),
    () => new PipewrightError('BUDGET_TIME', `${pipeline} took longer than its budget of ${limit}.`),
    around,
  )
}
