import type { ErrorCode } from '../errors/error-table.js'
import type { PipewrightError } from '../errors/pipewright-error.js'
import type { PlannedErrorPolicy } from '../pipeline/plan.js'

/** What stops a run as a whole, whatever a step says of its errors: a pipeline must not be able to shrug it off. */
const forTheRun: ReadonlySet<ErrorCode> = new Set([
  'RUN_CANCELLED',
  'RUN_INTERRUPTED',
  'RUN_BUSY',
  'STATE_UNWRITABLE',
  'STATE_CORRUPT',
  'GUARDRAIL_BLOCKED',
  'GUARDRAIL_FAILED',
])

/** Whether a step's `on_error` may go on after an error: one of the step, or of the budget that it has given itself. */
export function canGoOn({ code, details }: PipewrightError, path: string): boolean {
  if (forTheRun.has(code)) return false
  if (code !== 'BUDGET_EXCEEDED' && code !== 'BUDGET_TIME') return true
  const account = details['account']
  return typeof account === 'string' && account.endsWith(`/${path.replace(/\[\d+\]$/, '')}`)
}

/** What stands in for a step that has failed, for people. */
export function nameOfStandIn(onError: PlannedErrorPolicy): string {
  if (onError.kind === 'step') return `step "${onError.step.id}"`
  return onError.kind === 'model' ? onError.model : 'another output'
}
