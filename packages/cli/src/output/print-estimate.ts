import type { Cost, Estimate, EstimateBasis, PlanEstimate } from '@pipewright/kernel'
import { count, duration, money } from './format.js'
import { table } from './table.js'

/** The steps that cost something, the others together, and the whole: at best, most likely and at worst. */
export function estimateTable(estimate: PlanEstimate): string {
  const priced = estimate.steps.filter((step) => step.estimate.worst.tokens > 0 || step.estimate.worst.usd > 0)
  const free = estimate.steps.filter((step) => !priced.includes(step))
  const rows = [
    ...priced.map((step) => row(step.id, step.estimate, bases[step.basis])),
    ...(free.length === 0 ? [] : [row(`${free.length} without a model`, sum(free.map((step) => step.estimate)))]),
    row('total', estimate.total),
  ]
  return table(['step', 'tokens low', 'expected', 'worst', '$ low', 'expected', 'worst', 'time expected', 'worst', 'expected from'], rows, [
    'left',
    ...Array<'right'>(8).fill('right'),
    'left',
  ])
}

/** What the expected figures of a step rest on. */
const bases: Readonly<Record<EstimateBasis, string>> = {
  history: 'earlier runs here',
  counted: 'counted tokens',
  assumed: 'assumptions',
}

function row(name: string, { low, expected, worst }: Estimate, basis = ''): string[] {
  return [
    name,
    count(low.tokens),
    count(expected.tokens),
    count(worst.tokens),
    money(low.usd),
    money(expected.usd),
    money(worst.usd),
    duration(expected.timeMs),
    duration(worst.timeMs),
    basis,
  ]
}

function sum(estimates: readonly Estimate[]): Estimate {
  const add = (left: Cost, right: Cost): Cost => ({
    tokens: left.tokens + right.tokens,
    usd: left.usd + right.usd,
    timeMs: left.timeMs + right.timeMs,
  })
  return estimates.reduce((all, one) => ({
    low: add(all.low, one.low),
    expected: add(all.expected, one.expected),
    worst: add(all.worst, one.worst),
  }))
}
