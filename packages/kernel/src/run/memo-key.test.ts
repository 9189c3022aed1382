import { describe, expect, it } from 'vitest'
import { cacheKey, onceKey, type CachedStep, type OnceStep } from './memo-key.js'

const step: CachedStep = {
  stepType: 'prompt',
  pluginVersion: '1.0.0',
  input: { prompt: 'Hi', options: { a: 1, b: [1, 2] } },
  models: ['anthropic/claude-haiku-4-5'],
  provider: null,
  providerSettings: {},
  guardrails: [{ id: 'pii', options: { action: 'mask' } }],
  class: 'generation',
}
const once: OnceStep = { pipeline: 'orders', step: 'send', stepType: 'http', value: 'order 17', provider: null }

describe('the key of what is cached', () => {
  it('is the same whatever the order of keys, and says what it is for', () => {
    const reordered = { ...step, input: { options: { b: [1, 2], a: 1 }, prompt: 'Hi' } }
    expect(cacheKey(reordered)).toBe(cacheKey(step))
    expect(cacheKey(step)).toMatch(/^cache:[0-9a-f]{64}$/)
  })

  it.each<[string, Partial<CachedStep>]>([
    ['another step type', { stepType: 'text' }],
    ['another version of its plugin', { pluginVersion: '1.0.1' }],
    ['another input', { input: { prompt: 'Hi', options: { a: 1, b: [2, 1] } } }],
    ['a number where a text stood', { input: { prompt: 'Hi', options: { a: '1', b: [1, 2] } } }],
    ['another model', { models: ['anthropic/claude-opus-4-5'] }],
    ['a model to fall back to', { models: ['anthropic/claude-haiku-4-5', 'openai/gpt-5-mini'] }],
    ['simulated answers', { provider: 'simulated' }],
    ['other settings of the provider', { providerSettings: { seed: 1 } }],
    ['no guardrail', { guardrails: [] }],
    ['other options of a guardrail', { guardrails: [{ id: 'pii', options: { action: 'block' } }] }],
    ['another class', { class: 'analysis' }],
    ['other tools', { more: { tools: ['search'] } }],
  ])('differs with %s', (_name, change) => {
    expect(cacheKey({ ...step, ...change })).not.toBe(cacheKey(step))
  })
})

describe('the key of what is done once', () => {
  it.each<[string, Partial<OnceStep>]>([
    ['another value', { value: 'order 18' }],
    ['another step of the pipeline', { step: 'notify' }],
    ['another pipeline', { pipeline: 'returns' }],
    ['another step type', { stepType: 'write' }],
    ['simulated answers', { provider: 'simulated' }],
  ])('differs with %s', (_name, change) => {
    expect(onceKey({ ...once, ...change })).not.toBe(onceKey(once))
  })

  it('is never that of a cached step', () => {
    expect(onceKey(once)).toMatch(/^once:[0-9a-f]{64}$/)
  })
})
