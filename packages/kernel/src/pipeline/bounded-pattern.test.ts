import { describe, expect, it } from 'vitest'
import { boundedPattern } from './bounded-pattern.js'

describe('a pattern of a stranger', () => {
  it.each([
    ['^[a-z]+$', 'abc', true],
    ['^[a-z]+$', 'ab1', false],
    ['^.$', '😀', true],
    [String.raw`^\p{Lu}`, 'Éa', true],
    ['^(?!x)a', 'ab', true],
  ])('%s on %s is %s', (source, text, matches) => {
    expect(boundedPattern(source).test(text)).toBe(matches)
  })

  it('ends when it would backtrack without end', () => {
    expect(boundedPattern('^(a+)+$').test(`${'a'.repeat(40)}!`)).toBe(false)
  })

  it.each(['^(?=a)(a+)+$', String.raw`^(a|a)*\1$`])('%s, which has no linear form, is cut off', (source) => {
    expect(() => boundedPattern(source).test(`${'a'.repeat(60)}!`)).toThrow('takes too long')
  })

  it('has to be one', () => {
    expect(() => boundedPattern('(')).toThrow(SyntaxError)
  })
})
