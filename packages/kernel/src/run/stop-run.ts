import type { DisposalScope } from '../di/disposal-scope.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import type { JournalStore } from '../points/store.js'

/** Stops a run when whoever started it says so. */
export function stopWhenInterrupted(stop: AbortController, runId: string, signal: AbortSignal | undefined, scope: DisposalScope): void {
  const hint = `Continue it with \`pipewright runs resume ${runId}\`.`
  const onInterrupt = (): void => stop.abort(new PipewrightError('RUN_INTERRUPTED', 'The run was interrupted.', { hint }))
  if (signal?.aborted) onInterrupt()
  signal?.addEventListener('abort', onInterrupt, { once: true })
  scope.add(() => signal?.removeEventListener('abort', onInterrupt))
}

/**
 * Renews the claim of a run while it goes on. Two processes never go on with one run: a claim that is lost, or that cannot
 * be renewed, stops it here.
 */
export function keepClaim(
  stop: AbortController,
  journal: JournalStore,
  { runId, owner, leaseMs }: { readonly runId: string; readonly owner: string; readonly leaseMs: number },
  scope: DisposalScope,
): void {
  const lost = (): PipewrightError => new PipewrightError('RUN_BUSY', `Run ${runId} was taken over by another process.`)
  const unwritable = (): PipewrightError => new PipewrightError('STATE_UNWRITABLE', 'The run’s journal can no longer be written.')
  const renewal = setInterval(() => {
    journal.claim(runId, owner, leaseMs).then(
      (isOurs) => isOurs || stop.abort(lost()),
      () => stop.abort(unwritable()),
    )
  }, leaseMs / 3)
  renewal.unref()
  scope.add(() => clearInterval(renewal))
}
