import { PipewrightError } from '@pipewright/kernel/documents'
import { dimensions } from './features.js'
import type { SearchIndex } from './search-index.js'

const version = 2

interface IndexFile {
  readonly version: typeof version
  readonly listings: SearchIndex['listings']
  readonly vocabulary: string
  readonly rarity: string
  /** Weights as whole numbers from -127 to 127, times `scale`. */
  readonly weights: string
  readonly scale: number
}

/** An index as text, small enough to load with the command line. */
export function serialiseIndex(index: SearchIndex): string {
  const largest = index.weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9)
  const scale = largest / 127
  const weights = Int8Array.from(index.weights, (weight) => Math.round(weight / scale))
  const file: IndexFile = {
    version,
    listings: index.listings,
    vocabulary: index.vocabulary.join(' '),
    rarity: base64(index.rarity),
    weights: base64(weights),
    scale,
  }
  return JSON.stringify(file)
}

/** @throws STATE_CORRUPT when the text is not an index of this version */
export function parseIndex(text: string): SearchIndex {
  const file = parseFile(text)
  const rarityBytes = Buffer.from(file.rarity, 'base64')
  const weightBytes = Buffer.from(file.weights, 'base64')
  const isLearnt = rarityBytes.byteLength > 0
  if (isLearnt && (rarityBytes.byteLength !== dimensions * 4 || weightBytes.byteLength !== dimensions * file.listings.length))
    throw corrupt('is cut short')
  const rarity = new Float32Array(rarityBytes.buffer.slice(rarityBytes.byteOffset, rarityBytes.byteOffset + rarityBytes.byteLength))
  const whole = new Int8Array(weightBytes.buffer, weightBytes.byteOffset, weightBytes.byteLength)
  const vocabulary = file.vocabulary.split(' ')
  return { version, listings: file.listings, vocabulary, rarity, weights: Float32Array.from(whole, (weight) => weight * file.scale) }
}

function parseFile(text: string): IndexFile {
  let file: Partial<IndexFile> | null
  try {
    file = JSON.parse(text) as Partial<IndexFile> | null
  } catch (cause) {
    throw corrupt('is not JSON', cause)
  }
  if (file?.version !== version) throw corrupt('is of another version')
  // What says that it is of this version was written by this code.
  return file as IndexFile
}

function corrupt(what: string, cause?: unknown): PipewrightError {
  return new PipewrightError('STATE_CORRUPT', `The search index ${what}.`, { hint: 'Build it again.', cause })
}

function base64(array: Float32Array | Int8Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
}
