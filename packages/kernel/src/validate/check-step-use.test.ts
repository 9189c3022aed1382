import { describe, expect, it } from 'vitest'
import { findingsOf } from './fixtures/checked-steps.js'

const codes = ['TOOLS_REFUSED', 'SESSION_REFUSED', 'CACHE_REFUSED', 'UNKNOWN_KEY'] as const
const found = async (keys: string): Promise<readonly unknown[]> =>
  (await findingsOf(`  - { id: a, ${keys} }`, codes)).map(([code, at]) => [code, at])
const tool = (uses: string): string => `tools: [{ id: t, description: d, ${uses} }]`

describe('what a step has no use for', () => {
  it.each<[string, string, readonly unknown[]]>([
    ['tools, which it does not offer', `uses: pick, with: { from: 1 }, §${tool('uses: roll')}`, ['TOOLS_REFUSED', 'here']],
    ['a session, which it does not go on with', 'uses: pick, with: { from: 1 }, §session: talk', ['SESSION_REFUSED', 'here']],
    ['a session of items side by side', 'uses: ask, for_each: [1], with: { prompt: hi }, §session: talk', ['SESSION_REFUSED', 'here']],
    ['a cache of what has an effect', 'uses: save, with: { path: a, content: b }, §cache: true', ['CACHE_REFUSED', 'here']],
    [
      'a cache of what its tools do',
      `uses: ask, with: { prompt: hi }, ${tool('uses: save, with: { path: a, content: b }')}, §cache: { ttl: 1h }`,
      ['CACHE_REFUSED', 'here'],
    ],
    ['a cache of what is never the same', 'uses: roll, §cache: true', ['CACHE_REFUSED', 'here']],
    ['a model, when it asks none', 'uses: pick, with: { from: 1 }, §model: scripted/m', ['UNKNOWN_KEY', 'here']],
  ])('%s', async (_what, keys, expected) => {
    expect(await found(keys)).toEqual([expected])
  })

  it.each<[string, string]>([
    ['tools of a step that asks', `uses: ask, with: { prompt: hi }, ${tool('uses: roll')}`],
    ['a session of a step that asks', 'uses: ask, with: { prompt: hi }, session: talk'],
    ['a session in a group that has the items', 'for_each: [1, 2], steps: [{ id: b, uses: ask, with: { prompt: hi }, session: talk }]'],
    ['a cache of an answer', 'uses: ask, with: { prompt: hi }, cache: true'],
    ['a cache of what is always the same', 'uses: pick, with: { from: 1 }, cache: true'],
    ['no cache', 'uses: save, with: { path: a, content: b }, cache: false'],
    ['a key for what is done once', 'uses: save, with: { path: a, content: b }, idempotency_key: a'],
    ['a model that it asks', 'uses: ask, with: { prompt: hi }, models: [scripted/m, scripted/n]'],
  ])('%s is fine', async (_what, keys) => {
    expect(await found(keys)).toEqual([])
  })
})
