/** What contenders are asked to do. Each step adds one to a number: see `increment`. */
export interface Work {
  /**
   * chain: `runs` at once, each of `steps` steps that take what the one before returned, beginning with 0.
   * fan-out: one run that does the step for each of `steps` numbers, at most `concurrency` at once, and keeps their order.
   */
  readonly shape: 'chain' | 'fan-out'
  readonly runs: number
  readonly steps: number
  readonly concurrency: number
  /** How often all of that is done, one after the other. */
  readonly times: number
  /** Whether what a step returned has to be on the disk before the next one begins. */
  readonly durable: boolean
}

const inMemory = { runs: 1, concurrency: 64, times: 1, durable: false } as const

export const works = {
  chain: { ...inMemory, shape: 'chain', steps: 1000 },
  'fan-out': { ...inMemory, shape: 'fan-out', steps: 10_000 },
  // As many steps in all, so that the code is equally warm.
  'fan-out of 1,000': { ...inMemory, shape: 'fan-out', steps: 1000, times: 10 },
  concurrent: { ...inMemory, shape: 'chain', runs: 200, steps: 20 },
  'durable chain': { ...inMemory, shape: 'chain', steps: 200, durable: true },
  'durable concurrent': { ...inMemory, shape: 'chain', runs: 50, steps: 10, durable: true },
} as const satisfies Record<string, Work>

/** What a fan-out is given. */
export function fanOutItems({ steps }: Work): { value: number }[] {
  return Array.from({ length: steps }, (_, value) => ({ value }))
}

/** Holds what came out against what the work asks for. @throws when a contender has not done it */
export function mustBeDone(work: Work, outputs: readonly unknown[]): void {
  const right = work.shape === 'chain' ? { value: work.steps } : fanOutItems(work).map(({ value }) => ({ value: value + 1 }))
  const expected = JSON.stringify(right)
  if (outputs.length !== work.runs || outputs.some((output) => JSON.stringify(output) !== expected))
    throw new Error(`the outcome is wrong: ${JSON.stringify(outputs[0])?.slice(0, 80)}`)
}

/** Does something as often as the work says. @returns what came out of each run of the last time */
export async function doRuns(work: Work, run: (index: number) => Promise<unknown>): Promise<unknown[]> {
  let outputs: unknown[] = []
  for (let time = 0; time < work.times; time++) outputs = await Promise.all(Array.from({ length: work.runs }, (_, index) => run(index)))
  return outputs
}
