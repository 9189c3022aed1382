import { RunBudget } from '../budget/run-budget.js'
import type { EngineOptions } from '../engine.js'
import type { Plan } from '../pipeline/plan.js'
import type { AccountLimit } from '../points/store.js'
import type { RunSettings } from './journal-record.js'

/** The accounts of a run, from the widest to its own. Simulated calls have accounts of their own. */
export function createRunBudget(options: EngineOptions, runId: string, plan: Plan, settings: RunSettings): RunBudget {
  const { limits, services, store } = options
  const { budget, tier } = plan.document
  const prefix = settings.provider === 'simulated' ? 'simulated/' : ''
  // The day on which it is spent: a run that goes on days later uses up that day's limit.
  const day = new Date(services.clock.now()).toISOString().slice(0, 10)
  const tierLimit = tier === undefined ? undefined : limits?.tiers?.[tier]
  const own: AccountLimit = {
    account: `${prefix}run:${runId}`,
    tokens: smallest(budget?.tokens, tierLimit?.tokens),
    usd: smallest(budget?.usd, settings.maxUsd, tierLimit?.usd),
  }
  const all = { account: `${prefix}day:${day}`, tokens: limits?.day?.tokens ?? null, usd: limits?.day?.usd ?? null }
  return new RunBudget(store.ledger, [all, own], own)
}

function smallest(...limits: readonly (number | undefined)[]): number | null {
  const given = limits.filter((limit) => limit !== undefined)
  return given.length === 0 ? null : Math.min(...given)
}
