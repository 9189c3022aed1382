import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { runLoop, type LoopStep } from './minimal-loop.ts'

const any = { parse: (value: unknown) => value }

function step(id: string, dependsOn: readonly string[], run: LoopStep['run']): LoopStep {
  return { id, dependsOn, input: any, output: any, from: (outputs) => dependsOn.map((other) => outputs.get(other)), run }
}

it('runs each step after all that it depends on, whatever order they stand in, and hands on their outputs', async () => {
  const join = async (given: unknown): Promise<string> => `(${String(given)})`
  const outputs = await runLoop(
    [
      step('end', ['left', 'right'], join),
      step('left', ['start'], join),
      step('right', ['start'], join),
      step('start', [], async () => 's'),
    ],
    8,
  )
  expect(outputs.get('end')).toBe('((s),(s))')
})

it('runs no more at once than it may', async () => {
  let running = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running)
    await sleep(1)
    running--
  }
  await runLoop(
    Array.from({ length: 20 }, (_, index) => step(`s${index}`, [], work)),
    3,
  )
  expect(most).toBe(3)
})

it('holds inputs and outputs against their schemas', async () => {
  const refusing = {
    parse: () => {
      throw new Error('not that')
    },
  }
  const fine = step('a', [], async () => 1)
  await expect(runLoop([{ ...fine, input: refusing }], 1)).rejects.toThrow('not that')
  await expect(runLoop([{ ...fine, output: refusing }], 1)).rejects.toThrow('not that')
})
