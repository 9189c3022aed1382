import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Listing, SearchIndex } from '@pipewright/catalogue'

/** Learns an index in a thread of its own, since that may take a minute. @throws when the signal stops it */
export function learnIndex(listings: readonly Listing[], signal: AbortSignal): Promise<SearchIndex> {
  signal.throwIfAborted()
  const worker = new Worker(createRequire(import.meta.url).resolve('@pipewright/catalogue/learn-worker'), { workerData: listings })
  const stop = (): void => void worker.terminate()
  signal.addEventListener('abort', stop, { once: true })
  return new Promise<SearchIndex>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject)
    worker.once('exit', () => reject(signal.aborted ? signal.reason : new Error('The thread that learns the search index ended early.')))
  }).finally(() => signal.removeEventListener('abort', stop))
}
