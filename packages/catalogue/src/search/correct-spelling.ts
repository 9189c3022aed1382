import { distance } from 'fastest-levenshtein'
import { commonWords, wordsOf } from './words.js'

/** Shorter words have too many neighbours. */
const shortest = 4
/** From this length on, two letters may be wrong. */
const long = 8

/** The words of texts, the most frequent first. */
export function vocabularyOf(texts: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const word of texts.flatMap(wordsOf)) if (word.length >= shortest) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].toSorted(([left, many], [right, few]) => few - many || (left < right ? -1 : 1)).map(([word]) => word)
}

/** The same text with words that nobody wrote before replaced by the known word that they are a slip of the keys away from. */
export function correctSpelling(text: string, vocabulary: readonly string[]): string {
  const known = new Set(vocabulary)
  return wordsOf(text)
    .map((word) => (word.length < shortest || known.has(word) || commonWords.has(word) ? word : (nearest(word, vocabulary) ?? word)))
    .join(' ')
}

function nearest(word: string, vocabulary: readonly string[]): string | undefined {
  const most = word.length >= long ? 2 : 1
  let best: string | undefined
  let least = most + 1
  for (const candidate of vocabulary) {
    if (candidate[0] !== word[0] || Math.abs(candidate.length - word.length) > most) continue
    const slips = slipsBetween(word, candidate)
    if (slips < least) [best, least] = [candidate, slips]
  }
  return best
}

/** Letters that differ; two that changed places are one slip. */
function slipsBetween(word: string, other: string): number {
  const letters = distance(word, other)
  return letters === 2 && sorted(word) === sorted(other) ? 1 : letters
}

function sorted(word: string): string {
  return [...word].toSorted().join('')
}
