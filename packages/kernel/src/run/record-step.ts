import type { PipewrightError } from '../errors/pipewright-error.js'
import { noUsage } from '../points/usage.js'
import type { Unstamped } from './run-journal.js'
import type { RunScope } from './run-scope.js'
import type { ItemProblem, StepEnd, StepOutcome } from './step-outcome.js'

/** A step that is done: it gave something, was skipped, or ended its pipeline. */
type Done = Exclude<StepOutcome, { status: 'failed' | 'paused' }>

/** Records that a step was skipped: its condition did not hold. */
export function skipStep(path: string, scope: RunScope): Promise<Done> {
  return record(
    { type: 'step-finished', step: path, status: 'skipped', output: null, attempts: 0, durationMs: 0, usage: noUsage, origin: null },
    scope,
  )
}

/** Records what a step has come to, and what that has cost. */
export function finishStep(
  path: string,
  {
    status,
    output,
    attempts,
    ...more
  }: Extract<StepEnd, { output: unknown }> & Partial<Pick<Extract<StepEnd, { status: 'succeeded' }>, 'problem' | 'cached' | 'origin'>>,
  startedAt: number,
  scope: RunScope,
  problems?: readonly ItemProblem[],
): Promise<Done> {
  const durationMs = elapsedSince(startedAt, scope)
  const { usage, origin } = scope.journal.state.usageOf(path)
  const done: Unstamped & { readonly type: 'step-finished' } = {
    type: 'step-finished',
    step: path,
    status,
    output,
    attempts,
    durationMs,
    usage,
    origin,
  }
  return record(problems || 'problem' in more || 'cached' in more ? { ...done, ...more, ...(problems ? { problems } : {}) } : done, scope)
}

/** The record of a step's end is what others are told of it. */
async function record(done: Unstamped & { readonly type: 'step-finished' }, scope: RunScope): Promise<Done> {
  await scope.journal.record(done)
  scope.emit({ type: 'step-finished', step: done.step, status: done.status, durationMs: done.durationMs, usage: done.usage })
  return done as Done
}

/** Records that a step has failed for good. @throws the reason of the scope's signal when that is why */
export async function failStep(
  path: string,
  { error, attempts }: { readonly error: PipewrightError; readonly attempts: number },
  startedAt: number,
  scope: RunScope,
): Promise<StepOutcome> {
  scope.signal.throwIfAborted()
  const durationMs = elapsedSince(startedAt, scope)
  const { usage } = scope.journal.state.usageOf(path)
  await scope.journal.record({ type: 'step-failed', step: path, attempts, durationMs, usage, error: error.toJSON() })
  scope.emit({ type: 'step-finished', step: path, status: 'failed', durationMs, usage })
  return { status: 'failed', error, attempts, durationMs, usage }
}

/** In milliseconds. The clock of a machine may be set back meanwhile. */
function elapsedSince(startedAt: number, { services }: RunScope): number {
  return Math.max(0, services.clock.now() - startedAt)
}
