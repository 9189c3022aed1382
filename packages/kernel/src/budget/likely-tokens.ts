import { TokenMeter } from '../provider-kit/token-meter.js'
import { textBound } from './token-bound.js'

/** English prose has about four bytes a token. */
const bytesPerToken = 4
/** What is counted of a text, in characters; the rest is taken to be like it. */
const mostCounted = 100_000

/** What a text most likely has in tokens, from its length alone: no tokenizer is loaded. */
export function guessTokens(text: string): number {
  return Math.ceil(textBound(text) / bytesPerToken)
}

/** Counts the tokens of texts with a real tokenizer. Models differ by some percent. */
export async function loadTokenCounter(): Promise<(text: string) => number> {
  const meter = await TokenMeter.create(Infinity)
  const known = new Map<string, number>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const counted = text.slice(0, mostCounted)
    const start = meter.tokens
    meter.take(counted)
    const tokens = Math.ceil((meter.tokens - start) * (counted.length === 0 ? 1 : text.length / counted.length))
    known.set(text, tokens)
    return tokens
  }
}
