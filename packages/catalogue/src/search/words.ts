/** Longer requests are cut: what matters is said before. */
const maxLength = 4000
const maxWords = 400

export const commonWords = new Set(
  'a an and are as at be been but by can could do does for from get give had has have he her him his how i if in into is it its just let like make me my need of on or our out please she should so some than that the their them then there these they this to up us want was we were what when where which who will with would you your'.split(
    ' ',
  ),
)

/** Lower-case words without accents, in order. */
export function wordsOf(text: string): string[] {
  const plain = text.slice(0, maxLength).normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, maxWords)
}

/** A word without its commonest English endings, so that `reviews`, `reviewed` and `reviewing` meet. */
export function stem(word: string): string {
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
