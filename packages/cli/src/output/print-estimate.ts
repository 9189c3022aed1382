import type { PlanEstimate } from '@pipewright/kernel'
import { count, duration, money } from './format.js'
import { table } from './table.js'

/** Steps with what they cost at best, most likely and at worst. */
export function estimateTable(estimate: PlanEstimate): string {
  const row = (name: string, { low, expected, worst }: PlanEstimate['total']): string[] => [
    name,
    count(low.tokens),
    count(expected.tokens),
    count(worst.tokens),
    money(low.usd),
    money(expected.usd),
    money(worst.usd),
    duration(expected.timeMs),
    duration(worst.timeMs),
  ]
  const rows = [...estimate.steps.map((step) => row(step.id, step.estimate)), row('total', estimate.total)]
  return table(['step', 'tokens low', 'expected', 'worst', '$ low', 'expected', 'worst', 'time expected', 'worst'], rows, [
    'left',
    ...Array<'right'>(8).fill('right'),
  ])
}
