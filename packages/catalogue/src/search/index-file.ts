import { PipewrightError } from '@pipewright/kernel/documents'
import type { SearchIndex } from './search-index.js'

interface IndexFile {
  readonly version: 1
  readonly listings: SearchIndex['listings']
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
  const file: IndexFile = { version: 1, listings: index.listings, rarity: base64(index.rarity), weights: base64(weights), scale }
  return JSON.stringify(file)
}

/** @throws STATE_CORRUPT when the text is not an index of this version */
export function parseIndex(text: string): SearchIndex {
  const file = JSON.parse(text) as IndexFile
  if (file.version !== 1) throw new PipewrightError('STATE_CORRUPT', 'The search index is of another version.', { hint: 'Build it again.' })
  const rarityBytes = Buffer.from(file.rarity, 'base64')
  const weightBytes = Buffer.from(file.weights, 'base64')
  const rarity = new Float32Array(rarityBytes.buffer.slice(rarityBytes.byteOffset, rarityBytes.byteOffset + rarityBytes.byteLength))
  const whole = new Int8Array(weightBytes.buffer, weightBytes.byteOffset, weightBytes.byteLength)
  return { version: 1, listings: file.listings, rarity, weights: Float32Array.from(whole, (weight) => weight * file.scale) }
}

function base64(array: Float32Array | Int8Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
}
