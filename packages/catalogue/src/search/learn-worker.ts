import { parentPort, workerData } from 'node:worker_threads'
import type { Listing } from '../listing.js'
import { buildIndex } from './search-index.js'

// `@pipewright/catalogue/learn-worker`: a worker thread that learns an index from the listings it is given, and ends.
const index = buildIndex(workerData as readonly Listing[])
parentPort?.postMessage(index, [index.weights.buffer as ArrayBuffer, index.rarity.buffer as ArrayBuffer])
