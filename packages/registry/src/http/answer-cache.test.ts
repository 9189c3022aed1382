import { expect, it } from 'vitest'
import { AnswerCache } from './answer-cache.js'

it('makes an answer once, and forgets the ones that were not used for longest', async () => {
  const cache = new AnswerCache(10)
  const made: string[] = []
  const get = (key: string): Promise<string> =>
    cache.get(key, async () => {
      made.push(key)
      return key.repeat(4)
    })
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) expect(await get(key)).toBe(key.repeat(4))
  expect(made).toEqual(['a', 'b', 'c', 'b'])
})
