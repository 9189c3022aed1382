import { freeEstimate, noCost, type Cost, type Estimate, type EstimateBasis } from '../points/estimate.js'

/** An estimate, and what its expected case rests on. */
export interface Grounded {
  readonly estimate: Estimate
  readonly basis: EstimateBasis
}

const cases = ['low', 'expected', 'worst'] as const
type Case = (typeof cases)[number]

export function multiply(cost: Cost, times: number): Cost {
  return { tokens: cost.tokens * times, usd: cost.usd * times, timeMs: cost.timeMs * times }
}

export function addEstimates(left: Estimate, right: Estimate): Estimate {
  return { low: addCosts(left.low, right.low), expected: addCosts(left.expected, right.expected), worst: addCosts(left.worst, right.worst) }
}

/** The dearest of several, in each case and of each kind. */
export function dearest(parts: readonly Grounded[]): Estimate {
  const most = (of: Case): Cost => ({
    tokens: Math.max(0, ...parts.map(({ estimate }) => estimate[of].tokens)),
    usd: Math.max(0, ...parts.map(({ estimate }) => estimate[of].usd)),
    timeMs: Math.max(0, ...parts.map(({ estimate }) => estimate[of].timeMs)),
  })
  return { low: most('low'), expected: most('expected'), worst: most('worst') }
}

const strength: readonly EstimateBasis[] = ['assumed', 'counted', 'history']

/** What a whole rests on: the least of what its parts do, those that cost nothing but a little time left out. */
export function weakest(parts: readonly Grounded[]): EstimateBasis {
  const priced = parts.filter(({ estimate }) => estimate.worst.tokens > 0 || estimate.worst.usd > 0)
  const of = priced.length > 0 ? priced : parts
  return strength.find((basis) => of.some((part) => part.basis === basis)) ?? 'assumed'
}

/** Of several ways one is taken: the cheapest at best, the dearest at worst, and expected is what lies between. */
export function oneOf(ways: readonly Estimate[]): Estimate {
  if (ways.length === 0) return freeEstimate
  const each = (pick: (figures: readonly number[]) => number, of: Case): Cost => ({
    tokens: pick(ways.map((way) => way[of].tokens)),
    usd: pick(ways.map((way) => way[of].usd)),
    timeMs: pick(ways.map((way) => way[of].timeMs)),
  })
  const mean = (figures: readonly number[]): number => figures.reduce((sum, figure) => sum + figure, 0) / figures.length
  return {
    low: each((figures) => Math.min(...figures), 'low'),
    expected: each(mean, 'expected'),
    worst: each((figures) => Math.max(...figures), 'worst'),
  }
}

/**
 * Steps of which each begins when those that it depends on are done: their tokens and dollars add up, their time is that of
 * the longest way through them.
 * @param steps each after what it depends on
 */
export function estimateSequence(
  steps: readonly { readonly id: string; readonly dependsOn: readonly string[]; readonly estimate: Estimate }[],
): Estimate {
  const sum = steps.reduce((total, { estimate }) => addEstimates(total, estimate), freeEstimate)
  const ends = { low: new Map<string, number>(), expected: new Map<string, number>(), worst: new Map<string, number>() }
  for (const { id, dependsOn, estimate } of steps) {
    for (const of of cases) {
      const begin = Math.max(0, ...dependsOn.map((other) => ends[of].get(other) ?? 0))
      ends[of].set(id, begin + estimate[of].timeMs)
    }
  }
  const longest = (of: Case): Cost => ({ ...sum[of], timeMs: Math.max(noCost.timeMs, ...ends[of].values()) })
  return { low: longest('low'), expected: longest('expected'), worst: longest('worst') }
}

function addCosts(left: Cost, right: Cost): Cost {
  return { tokens: left.tokens + right.tokens, usd: left.usd + right.usd, timeMs: left.timeMs + right.timeMs }
}
