import type { RunSummary } from '../points/store.js'
import { noUsage } from '../points/usage.js'
import type { JournalRecord } from './journal-record.js'
import type { RunResult, StepResult } from './run-result.js'
import { RunState } from './run-state.js'

/** How a run last came to a stop, or was taken up again since. */
export function lastTurn(records: readonly JournalRecord[]): Extract<JournalRecord, { type: 'run-finished' | 'run-resumed' }> | undefined {
  return records.findLast((record) => record.type === 'run-finished' || record.type === 'run-resumed')
}

/**
 * How a run stands, from its journal.
 * @param isHeld whether a process is at work on it
 */
export function summarizeRun(
  summary: RunSummary,
  records: readonly JournalRecord[],
  steps: readonly string[],
  budget: RunResult['budget'],
  isHeld = false,
): RunResult {
  const state = RunState.from(records)
  const end = records.findLast((record) => record.type === 'run-finished')
  const start = records[0]?.at ?? 0
  const failures = new Map(records.flatMap((record) => (record.type === 'step-failed' ? [[record.step, record] as const] : [])))

  const stepResult = (id: string): StepResult => {
    const { usage, origin } = state.usageOf(id)
    const done = state.completed.get(id)
    if (done) return { id, status: done.status, attempts: done.attempts, durationMs: done.durationMs, usage, origin }
    const failed = failures.get(id)
    if (failed && !state.unfinished.has(id))
      return { id, status: 'failed', attempts: failed.attempts, durationMs: failed.durationMs, usage, origin }
    const waits = [...state.questions.keys()].some((path) => path === id || path.startsWith(`${id}[`) || path.startsWith(`${id}/`))
    return { id, status: waits ? 'paused' : 'pending', attempts: 0, durationMs: 0, usage: usage.calls > 0 ? usage : noUsage, origin }
  }

  return {
    runId: summary.id,
    pipeline: summary.pipeline,
    status: statusOf(summary, records, isHeld),
    outputs: end?.outputs ?? {},
    error: end?.error ?? null,
    steps: steps.map(stepResult),
    usage: state.usageOf('').usage,
    origin: state.usageOf('').origin,
    budget,
    questions: [...state.questions].map(([step, question]) => ({ step, ...question })),
    durationMs: (records.at(-1)?.at ?? start) - start,
  }
}

function statusOf(summary: RunSummary, records: readonly JournalRecord[], isHeld: boolean): RunResult['status'] {
  if (summary.status !== 'running') return summary.status
  if (isHeld) return 'running'
  // Its process may have ended between the last record and the summary.
  const last = lastTurn(records)
  return last?.type === 'run-finished' ? last.status : 'interrupted'
}
