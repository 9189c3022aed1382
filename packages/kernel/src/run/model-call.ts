import { createHash } from 'node:crypto'
import { loadPriceBook } from '../budget/price-book.js'
import type { ErrorCode } from '../errors/error-table.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import { canonicalJson } from '../pipeline/canonical-json.js'
import type { ModelRequest } from '../points/provider.js'
import type { TokenUsage } from '../points/usage.js'

/** Failures after which a provider may ask for money, though it has sent no text. */
export const costly: ReadonlySet<ErrorCode> = new Set(['PROVIDER_TIMEOUT', 'PROVIDER_BAD_RESPONSE'])

/** Failures of one model that another one may not have: everything that a provider says, and a price that does not fit. */
export function isModelFailure(thrown: unknown): thrown is PipewrightError {
  return PipewrightError.isInstance(thrown) && (thrown.code.startsWith('PROVIDER_') || thrown.code === 'BUDGET_EXCEEDED')
}

export function mustBeCaps(maxOutputTokens: number, minOutputTokens: number): void {
  if (Number.isSafeInteger(maxOutputTokens) && maxOutputTokens >= 1 && Number.isSafeInteger(minOutputTokens) && minOutputTokens >= 1) return
  throw new PipewrightError('PROVIDER_INVALID_REQUEST', `A call of a model cannot ask for ${maxOutputTokens} output tokens.`, {
    hint: 'Give max_output_tokens as a whole number of at least 1.',
  })
}

/** What a provider reports is money: figures that cannot be are not booked. */
export function mustBeUsage(usage: TokenUsage, named: string): void {
  const figures = [usage.inputTokens, usage.outputTokens, usage.cachedInputTokens ?? 0, usage.cacheWriteTokens ?? 0]
  if (figures.every((figure) => Number.isSafeInteger(figure) && figure >= 0)) return
  throw new PipewrightError('PROVIDER_BAD_RESPONSE', `${named} reported a usage that cannot be.`, { retryable: false })
}

/** Some providers charge more for input that they write to their cache. */
export function highestPrice(price: Price, inputTokens: number, outputTokens: number): number {
  return Math.max(price({ inputTokens, outputTokens }), price({ inputTokens, outputTokens, cacheWriteTokens: inputTokens }))
}

export function requestKey(named: string, request: ModelRequest): string {
  return createHash('sha256').update(canonicalJson({ named, request })).digest('base64')
}

/** In US dollars. */
export type Price = (usage: TokenUsage) => number

export async function pricing({ named, free }: { readonly named: string; readonly free: boolean }): Promise<Price> {
  if (free) return () => 0
  const prices = await loadPriceBook()
  return (usage) => prices.price(named, usage)
}
