import { expect, it } from 'vitest'
import { loadPriceBook } from './price-book.js'

const prices = await loadPriceBook()

it('knows what models cost, and that more costs more', () => {
  const model = 'anthropic/claude-haiku-4-5'
  expect(prices.knows(model)).toBe(true)
  const small = prices.price(model, { inputTokens: 1000, outputTokens: 100 })
  expect(small).toBeGreaterThan(0)
  expect(prices.price(model, { inputTokens: 1000, outputTokens: 200 })).toBeGreaterThan(small)
  expect(prices.price(model, { inputTokens: 1000, outputTokens: 100, cachedInputTokens: 1000 })).toBeLessThan(small)
  expect(prices.price(model, { inputTokens: 1000, outputTokens: 100, cacheWriteTokens: 1000 })).toBeGreaterThan(small)
})

it('does not take an unknown model for a free one', () => {
  expect(prices.knows('anthropic/claude-haiku-4-6')).toBe(false)
  expect(prices.knows('nobody/model')).toBe(false)
  const price = (): number => prices.price('anthropic/claude-haiku-4-6', { inputTokens: 1, outputTokens: 1 })
  expect(price).toThrow(expect.objectContaining({ code: 'PRICE_UNKNOWN', hint: 'Did you mean "claude-haiku-4-5"?' }))
})
