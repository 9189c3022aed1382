/** How many places a feature can be hashed to. */
export const dimensions = 1 << 14
/** Longer requests are cut: what matters is said before. */
const maxLength = 4000
const maxWords = 400

const commonWords = new Set(
  'a an and are as at be been but by can could do does for from get give had has have he her him his how i if in into is it its just let like make me my need of on or our out please she should so some than that the their them then there these they this to up us want was we were what when where which who will with would you your'.split(
    ' ',
  ),
)

/** Lower-case words without accents, in order. */
function wordsOf(text: string): string[] {
  const plain = text.slice(0, maxLength).normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, maxWords)
}

/** A word without its commonest English endings, so that `reviews`, `reviewed` and `reviewing` meet. */
function stem(word: string): string {
  if (word.length <= 3) return word
  const base = word.replace(/(ies)$/, 'y').replace(/(sses)$/, 'ss')
  if (base !== word) return base
  const shorter = word.replace(/(ing|edly|ed|ers|er|ly|es|s)$/, '')
  return shorter.length >= 3 ? shorter.replace(/([b-df-hj-np-tv-z])\1$/, '$1') : word
}

/** The stems of the words that carry meaning. */
export function stemsOf(text: string): string[] {
  return wordsOf(text)
    .filter((word) => !commonWords.has(word))
    .map(stem)
}

/** The words that carry meaning, as the text has them, by their stem. */
export function keywordsOf(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const word of wordsOf(text)) if (!commonWords.has(word) && !found.has(stem(word))) found.set(stem(word), word)
  return found
}

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
    add(`w:${here}`, common ? 0.3 : 1.2)
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
