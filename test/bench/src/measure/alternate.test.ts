import { expect, it } from 'vitest'
import { alternate } from './alternate.ts'

const options = { rounds: 5, mostRounds: 5, timeMs: 0, warmUps: 2, warmUpMs: 10_000 }

/** Gives these figures, one after the other, and notes that it was asked. */
function giving(name: string, figures: readonly number[], order: string[] = []) {
  const left = [...figures]
  return {
    sample: async () => {
      order.push(name)
      return left.shift() ?? Number.NaN
    },
  }
}

it('takes the median of what was measured after the warm-ups', async () => {
  const figures = await alternate(new Map([['ours', giving('ours', [1000, 900, 5, 1, 3, 2, 4])]]), options)
  expect(figures.get('ours')).toBe(3)
})

it('measures by turns, each round in the opposite order, so that nobody always comes first', async () => {
  const order: string[] = []
  const one = giving('a', [1, 1, 1, 1], order)
  const other = giving('b', [1, 1, 1, 1], order)
  await alternate(
    new Map([
      ['a', one],
      ['b', other],
    ]),
    { ...options, rounds: 3, mostRounds: 3, warmUps: 1 },
  )
  expect(order.join('')).toBe('ababbaab')
})

it('goes on with the others when one fails, and says what it failed with', async () => {
  const broken = { sample: () => Promise.reject(new Error('no database')) }
  const figures = await alternate(
    new Map([
      ['ours', giving('ours', [9, 9, 1, 2, 3, 4, 5])],
      ['peer', broken],
    ]),
    options,
  )
  expect(figures.get('ours')).toBe(3)
  expect(figures.get('peer')).toMatchObject({ message: 'no database' })
})
