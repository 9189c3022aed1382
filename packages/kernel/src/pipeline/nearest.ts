import { distance } from 'fastest-levenshtein'

/** The candidate that a mistyped word most likely means, or undefined when none is close. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.slice(0, 100).toLowerCase()
  let best: string | undefined
  // A short word with every letter changed is another word.
  let bestDistance = Math.min(Math.max(2, Math.floor(wanted.length / 3)), wanted.length - 1) + 1
  for (const candidate of candidates) {
    const apart = distance(wanted, candidate.slice(0, 100).toLowerCase())
    if (apart < bestDistance) {
      best = candidate
      bestDistance = apart
    }
  }
  return best
}

/** `did you mean "x"? Known: a, b, c`: the way out for a name that is not known. */
export function nameHint(word: string, known: readonly string[], fallback: string): string {
  const guess = nearest(word, known)
  if (guess !== undefined) return `Did you mean "${guess}"?`
  if (known.length === 0) return fallback
  const shown = known.slice(0, 12).join(', ')
  return `Known here: ${shown}${known.length > 12 ? ', …' : ''}. ${fallback}`
}
