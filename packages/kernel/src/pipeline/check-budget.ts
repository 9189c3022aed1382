import type { PlanEstimate } from '../engine.js'
import type { FindingList } from './finding-list.js'
import type { Plan } from './plan.js'

/** Says when a pipeline's own budget cannot, or most likely will not, cover what it is estimated to cost. */
export function checkBudget(plan: Plan, estimate: PlanEstimate, findings: FindingList): void {
  const { budget } = plan.document
  if (!budget) return
  for (const kind of ['tokens', 'usd'] as const) {
    const limit = budget[kind]
    if (limit === undefined) continue
    const { low, expected } = estimate.total
    const position = findings.sources.value(['budget', kind])
    const show = (value: number): string => (kind === 'usd' ? `$${value.toFixed(4)}` : `${Math.round(value)} tokens`)
    if (low[kind] > limit)
      findings.error(
        'performance',
        'BUDGET_BELOW_ESTIMATE',
        `The budget of ${show(limit)} does not even cover the lowest estimate of ${show(low[kind])}.`,
        position,
      )
    else if (expected[kind] > limit)
      findings.warn(
        'performance',
        'BUDGET_BELOW_ESTIMATE',
        `The budget of ${show(limit)} is below the expected ${show(expected[kind])}.`,
        position,
      )
  }
}
