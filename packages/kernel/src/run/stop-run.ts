import type { DisposalScope } from '../di/disposal-scope.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import type { Clock } from '../plugin/services.js'
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
  { journal, clock }: { readonly journal: JournalStore; readonly clock: Clock },
  { runId, owner, leaseMs }: { readonly runId: string; readonly owner: string; readonly leaseMs: number },
  scope: DisposalScope,
): void {
  let isOver = false
  let cancel = (): void => {}
  const wait = (): void => void (cancel = clock.after(leaseMs / 3, renew))
  const renew = (): void => {
    journal.claim(runId, owner, leaseMs).then(
      (isHeld) => {
        if (isOver) return
        if (isHeld) wait()
        else stop.abort(new PipewrightError('RUN_BUSY', `Run ${runId} was taken over by another process.`))
      },
      (cause: unknown) => {
        if (!isOver) stop.abort(new PipewrightError('STATE_UNWRITABLE', 'The run’s journal can no longer be written.', { cause }))
      },
    )
  }
  wait()
  scope.add(() => {
    isOver = true
    cancel()
  })
}
