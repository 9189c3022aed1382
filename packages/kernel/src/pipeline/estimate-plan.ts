import { loadPriceBook } from '../budget/price-book.js'
import { textBound } from '../budget/token-bound.js'
import type { PlanEstimate } from '../engine.js'
import { toPipewrightError } from '../errors/pipewright-error.js'
import { freeEstimate, noCost, type Cost, type Estimate } from '../points/estimate.js'
import type { ExtensionPoints } from '../points/extension-points.js'
import type { EstimateContext } from '../points/step.js'
import { placeOfStep, type Plan, type PlannedStep } from './plan.js'
import { retryPolicy } from './retry-policy.js'
import type { Scope } from './template-engine.js'

interface ItemCount {
  readonly low: number
  readonly expected: number
  readonly worst: number
}

/** How many items a list is taken to have when that is only known at run time: low, expected, worst. */
const assumedItems: ItemCount = { low: 1, expected: 10, worst: 100 }
/** What a step without an estimate of its own is taken to need, in milliseconds. */
const smallStep: Estimate = { low: { ...noCost, timeMs: 1 }, expected: { ...noCost, timeMs: 10 }, worst: { ...noCost, timeMs: 1000 } }

export interface EstimateOptions {
  readonly points: ExtensionPoints
  readonly estimatePipeline: (path: string) => Promise<Estimate>
}

/** What a plan will cost with these inputs; inputs that are not given count with their defaults. */
export async function estimatePlan(plan: Plan, inputs: Readonly<Record<string, unknown>>, options: EstimateOptions): Promise<PlanEstimate> {
  const known = {
    ...Object.fromEntries(
      Object.entries(plan.document.inputs).flatMap(([name, input]) => (input.default === undefined ? [] : [[name, input.default]])),
    ),
    ...inputs,
  }
  const scope: Scope = { inputs: known, steps: {}, run: { id: 'run', started_at: '' } }
  const steps: { id: string; estimate: Estimate }[] = []
  for (const step of plan.steps) steps.push({ id: step.id, estimate: await estimateStep(plan, step, scope, options) })
  const total = steps.reduce((sum, { estimate }) => add(sum, estimate), freeEstimate)
  return { total, steps }
}

async function estimateStep(plan: Plan, step: PlannedStep, scope: Scope, options: EstimateOptions): Promise<Estimate> {
  const once = await estimateOnce(plan, step, scope, options)
  const { attempts } = retryPolicy(step.document, plan.document.defaults, step.type.kind !== 'step' || step.type.safeToRepeat)
  const items = step.compiled.forEach ? itemCount(step, scope) : { low: 1, expected: 1, worst: 1 }
  const optional = step.compiled.condition !== null && step.compiled.condition !== true
  return {
    low: optional ? noCost : multiply(once.low, items.low),
    expected: multiply(once.expected, items.expected),
    worst: multiply(once.worst, items.worst * attempts),
  }
}

async function estimateOnce(plan: Plan, step: PlannedStep, scope: Scope, options: EstimateOptions): Promise<Estimate> {
  if (step.type.kind === 'genesis-stage' || !step.type.estimates) return smallStep
  const type = await options.points.get('step', step.type.id)
  if (!type?.estimate) return smallStep
  const prices = step.model === null ? null : await loadPriceBook()
  const provider = step.model === null ? undefined : await options.points.describe('provider', step.model.slice(0, step.model.indexOf('/')))
  const context: EstimateContext = {
    model: step.model,
    countTokens: textBound,
    price: (model, usage) => (provider?.pricing === 'free' ? 0 : (prices?.price(model, usage) ?? 0)),
    async estimatePipeline(path) {
      try {
        return await options.estimatePipeline(path)
      } catch (error) {
        const key = Object.entries(step.document.with).find(([, value]) => value === path)?.[0]
        throw toPipewrightError(error).inStep(step.id, placeOfStep(plan, step.id, key === undefined ? ['uses'] : ['with', key]))
      }
    },
  }
  try {
    return await type.estimate(partialInput(step, scope), context)
  } catch (error) {
    throw toPipewrightError(error).inStep(step.id, placeOfStep(plan, step.id, ['uses']))
  }
}

/**
 * The `with:` of a step as far as it is known before running. Text whose values are not known yet stands as it is written:
 * its length is the best that can be said of it.
 */
function partialInput(step: PlannedStep, scope: Scope): Record<string, unknown> {
  try {
    return step.compiled.with.evaluate({ ...scope, item: '', index: 0 }) as Record<string, unknown>
  } catch {
    return step.document.with
  }
}

function itemCount(step: PlannedStep, scope: Scope): ItemCount {
  try {
    const items = step.compiled.forEach?.evaluate(scope)
    if (Array.isArray(items)) return { low: items.length, expected: items.length, worst: items.length }
  } catch {
    // The list comes out of another step: its length is assumed.
  }
  return assumedItems
}

function multiply(cost: Cost, times: number): Cost {
  return { tokens: cost.tokens * times, usd: cost.usd * times, timeMs: cost.timeMs * times }
}

function add(left: Estimate, right: Estimate): Estimate {
  const sum = (a: Cost, b: Cost): Cost => ({ tokens: a.tokens + b.tokens, usd: a.usd + b.usd, timeMs: a.timeMs + b.timeMs })
  return { low: sum(left.low, right.low), expected: sum(left.expected, right.expected), worst: sum(left.worst, right.worst) }
}
