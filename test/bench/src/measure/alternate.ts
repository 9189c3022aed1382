import { median } from './median.ts'

/** Whatever can be measured once more. */
export interface Measured {
  /** @returns milliseconds */
  sample(): Promise<number>
}

export interface AlternateOptions {
  /** How often each is measured at least. */
  readonly rounds: number
  /** How often each is measured at most, while time is left. */
  readonly mostRounds: number
  /** How long it may go on past `rounds`, in milliseconds. */
  readonly timeMs: number
  /** How often each is run before it counts, at most: code is compiled better the more often it has run. */
  readonly warmUps: number
  /** How long that may take for each, in milliseconds; a run that has begun is finished. */
  readonly warmUpMs: number
}

/**
 * Measures several by turns, each round in the opposite order of the one before, so that a machine that gets busier or
 * hotter does so for all of them. One that fails leaves.
 * @returns the median of each, or what it failed with
 */
export async function alternate<Name>(
  contenders: ReadonlyMap<Name, Measured>,
  { rounds, mostRounds, timeMs, warmUps, warmUpMs }: AlternateOptions,
): Promise<Map<Name, number | Error>> {
  const failed = new Map<Name, Error>()
  const figures = new Map<Name, number[]>()
  const measure = async (name: Name, contender: Measured): Promise<number> => {
    try {
      return await contender.sample()
    } catch (error) {
      failed.set(name, error instanceof Error ? error : new Error(String(error)))
      return Number.NaN
    }
  }
  for (const [name, contender] of contenders) {
    const start = performance.now()
    for (let run = 0; run < warmUps && performance.now() - start < warmUpMs && !failed.has(name); run++) await measure(name, contender)
  }
  const start = performance.now()
  for (let round = 0; round < rounds || (round < mostRounds && performance.now() - start < timeMs); round++) {
    const order = round % 2 === 0 ? [...contenders] : [...contenders].toReversed()
    for (const [name, contender] of order) {
      if (failed.has(name)) continue
      figures.set(name, [...(figures.get(name) ?? []), await measure(name, contender)])
    }
  }
  return new Map([...contenders.keys()].map((name) => [name, failed.get(name) ?? median(figures.get(name) ?? [])]))
}
