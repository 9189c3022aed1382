import { conceptsOf } from './concepts.js'
import { commonWords, stem, wordsOf } from './words.js'

/** How many places a feature can be hashed to. */
export const dimensions = 1 << 14
/** A text as weighted features: words, pairs of words, and pieces of words, which make up for typing errors. */
export function featuresOf(text: string): Map<number, number> {
  const words = wordsOf(text)
  const stems = words.map(stem)
  const counts = new Map<number, number>()
  const add = (feature: string, weight: number): void => {
    const at = hash(feature)
    counts.set(at, (counts.get(at) ?? 0) + weight)
  }
  for (const [index, word] of words.entries()) {
    const here = stems[index] as string
    const common = commonWords.has(word)
    add(`w:${here}`, common ? 0.6 : 1.2)
    for (const concept of conceptsOf(here)) add(`k:${concept}`, 2.2)
    const next = stems[index + 1]
    if (next !== undefined) add(`b:${here} ${next}`, 0.7)
    if (common || word.length < 4) continue
    const padded = `^${word}$`
    for (let size = 3; size <= 5; size++) {
      for (let start = 0; start + size <= padded.length; start++) add(`c:${padded.slice(start, start + size)}`, 0.25)
    }
  }
  // Counts are damped: a word said ten times is not ten times as telling.
  for (const [feature, count] of counts) counts.set(feature, Math.sqrt(count))
  return counts
}

/** FNV-1a, folded. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index)
    value = Math.imul(value, 0x01000193)
  }
  return ((value >>> 16) ^ value) & (dimensions - 1)
}
