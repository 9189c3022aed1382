import type { RunSummary } from '../points/store.js'
import type { RunResult, StepResult } from './run-result.js'
import { isAtOrIn, type RunState } from './run-state.js'

/**
 * How a run stands, from what its journal says.
 * @param isHeld whether a process is at work on it
 */
export function summarizeRun(
  summary: Pick<RunSummary, 'id' | 'pipeline' | 'status'>,
  state: RunState,
  steps: readonly string[],
  budget: RunResult['budget'],
  isHeld = false,
): RunResult {
  const waiting = [...state.questions.keys()]
  const stepResult = (id: string): StepResult => {
    const { usage, origin } = state.usageOf(id)
    const done = state.completed.get(id)
    if (done) {
      const { status, attempts, durationMs } = done
      return { id, status, attempts, durationMs, usage, origin, ...('cached' in done && done.cached ? { cached: true } : {}) }
    }
    const failed = state.failures.get(id)
    if (failed && !state.unfinished.has(id)) return { id, status: 'failed', ...failed, usage, origin }
    const waits = waiting.some((path) => isAtOrIn(path, id))
    return { id, status: waits ? 'paused' : 'pending', attempts: 0, durationMs: 0, usage, origin }
  }
  return {
    runId: summary.id,
    pipeline: summary.pipeline,
    status: statusOf(summary.status, state, isHeld),
    outputs: state.end?.outputs ?? {},
    error: state.end?.error ?? null,
    steps: steps.map(stepResult),
    ...state.usageOf(''),
    budget,
    questions: [...state.questions].map(([step, question]) => ({ step, ...question })),
    // The clock of the machine may have been set back meanwhile.
    durationMs: Math.max(0, state.lastAt - (state.firstAt ?? state.lastAt)),
  }
}

function statusOf(status: RunSummary['status'], state: RunState, isHeld: boolean): RunResult['status'] {
  if (status !== 'running') return status
  // Its process may have ended between the last record and the summary.
  return state.end?.status ?? (isHeld ? 'running' : 'interrupted')
}
