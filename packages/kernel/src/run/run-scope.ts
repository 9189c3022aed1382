import type { Plan } from '../pipeline/plan.js'
import type { HostServices } from '../plugin/services.js'
import type { ExtensionPoints } from '../points/extension-points.js'
import type { GenesisServices } from '../points/genesis-stage.js'
import type { StepFiles } from '../points/step.js'
import type { ModelGateway } from './model-gateway.js'
import type { RunJournal } from './run-journal.js'
import type { RunEvent } from './run-result.js'

/** Everything that belongs to one run and is shared by its steps and nested pipelines. */
export interface RunScope {
  readonly runId: string
  /** RFC 3339, UTC. */
  readonly startedAt: string
  readonly points: ExtensionPoints
  readonly services: HostServices
  readonly journal: RunJournal
  readonly models: ModelGateway
  readonly files: StepFiles
  readonly genesis: GenesisServices | undefined
  /** Aborts when the run is interrupted, cancelled or out of time. */
  readonly signal: AbortSignal
  readonly emit: (event: RunEvent) => void
  /** Reads and binds a pipeline file that another plan names. @throws what its findings say */
  readonly loadPlan: (path: string, from: Plan) => Promise<Plan>
}
