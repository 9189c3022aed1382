import { loadPriceBook } from '../budget/price-book.js'
import { textBound } from '../budget/token-bound.js'
import type { PlanEstimate } from '../engine.js'
import { toPipewrightError } from '../errors/pipewright-error.js'
import { freeEstimate, noCost, type Cost, type Estimate } from '../points/estimate.js'
import type { ExtensionPoints } from '../points/extension-points.js'
import type { EstimateContext } from '../points/step.js'
import { addEstimates, estimateSequence, multiply, oneOf } from './combine-estimates.js'
import { blocksOf, placeOfStep, type Plan, type PlannedBlock, type PlannedCall, type PlannedStep } from './plan.js'
import { retryPolicy } from './retry-policy.js'
import type { Scope } from './template-engine.js'

interface Times {
  readonly low: number
  readonly expected: number
  readonly worst: number
}

const once: Times = { low: 1, expected: 1, worst: 1 }
/** How many items a list is taken to have when that is only known at run time: low, expected, worst. */
const assumedItems: Times = { low: 1, expected: 10, worst: 100 }
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
  const scope: Scope = { inputs: known, variables: {}, steps: {}, run: { id: 'run', started_at: '' } }
  const estimator = new Estimator(plan, { ...scope, variables: knownVariables(plan, scope) }, options)
  const total = addEstimates(await estimator.block(plan.block), await estimator.block(plan.finally))
  const steps = [...plan.block.steps, ...plan.finally.steps].map(({ id }) => ({ id, estimate: estimator.steps.get(id) ?? freeEstimate }))
  return { total, steps }
}

/** The variables whose values can be worked out before running. */
function knownVariables(plan: Plan, scope: Scope): Record<string, unknown> {
  const variables: Record<string, unknown> = {}
  for (const { name, value } of plan.variables) {
    try {
      variables[name] = value.evaluate({ ...scope, variables })
    } catch {
      // It needs an input that is not given yet.
    }
  }
  return variables
}

/** Adds up what the steps of a plan say that they need. */
class Estimator {
  readonly steps = new Map<string, Estimate>()
  private readonly plan: Plan
  private readonly scope: Scope
  private readonly options: EstimateOptions

  constructor(plan: Plan, scope: Scope, options: EstimateOptions) {
    this.plan = plan
    this.scope = scope
    this.options = options
  }

  /** Tokens and dollars of all steps; the time of the longest way through them, as what can runs side by side. */
  async block({ steps }: PlannedBlock): Promise<Estimate> {
    for (const step of steps) this.steps.set(step.id, await this.step(step))
    return estimateSequence(steps.map((step) => ({ ...step, estimate: this.steps.get(step.id) ?? freeEstimate })))
  }

  private async step(step: PlannedStep): Promise<Estimate> {
    const items = step.forEach ? this.itemCount(step.forEach.items) : once
    const rounds = step.loop ? roundsOf(step.loop) : once
    const each = await this.withFallback(step, await this.work(step))
    const sideBySide = step.forEach ? (step.document.concurrency ?? this.plan.document.defaults.concurrency ?? 4) : 1
    const all = {
      low: inTurns(multiply(each.low, items.low * rounds.low), items.low, sideBySide),
      expected: inTurns(multiply(each.expected, items.expected * rounds.expected), items.expected, sideBySide),
      worst: inTurns(multiply(each.worst, items.worst * rounds.worst), items.worst, sideBySide),
    }
    return step.condition === true ? all : { ...all, low: noCost }
  }

  private async work(step: PlannedStep): Promise<Estimate> {
    const { work } = step
    if (work.kind === 'call') return this.attempts(step, work)
    if (work.kind === 'group') return this.block(work.block)
    const cases = []
    for (const block of blocksOf(step)) cases.push(await this.block(block))
    return oneOf(work.otherwise ? cases : [...cases, freeEstimate])
  }

  private async attempts(step: PlannedStep, call: PlannedCall): Promise<Estimate> {
    const { type, models } = call
    const { attempts } = retryPolicy(step.document, this.plan.document.defaults, type.kind !== 'step' || type.safeToRepeat)
    const [first = null, ...others] = models
    const estimate = await this.call(step, call, first)
    // At worst each model of the list has been paid for before the last one answers.
    let all = estimate
    for (const model of others) all = addEstimates(all, await this.call(step, call, model))
    return { ...estimate, worst: multiply(all.worst, attempts) }
  }

  /** What stands in for a step comes on top of what it has cost before it failed. */
  private async withFallback(step: PlannedStep, estimate: Estimate): Promise<Estimate> {
    const { onError, work } = step
    if (onError.kind === 'step') return { ...estimate, worst: addEstimates(estimate, await this.step(onError.step)).worst }
    if (onError.kind !== 'model' || work.kind !== 'call') return estimate
    return { ...estimate, worst: addEstimates(estimate, await this.call(step, work, onError.model)).worst }
  }

  private async call(step: PlannedStep, { type: described, with: given }: PlannedCall, model: string | null): Promise<Estimate> {
    if (described.kind === 'genesis-stage' || !described.estimates) return smallStep
    const type = await this.options.points.get('step', described.id)
    if (!type?.estimate) return smallStep
    const prices = model === null ? null : await loadPriceBook()
    const provider = model === null ? undefined : await this.options.points.describe('provider', model.slice(0, model.indexOf('/')))
    const context: EstimateContext = {
      model,
      countTokens: textBound,
      price: (name, usage) => (provider?.pricing === 'free' ? 0 : (prices?.price(name, usage) ?? 0)),
      estimatePipeline: async (path) => {
        try {
          return await this.options.estimatePipeline(path)
        } catch (error) {
          const key = Object.entries(step.document.with ?? {}).find(([, value]) => value === path)?.[0]
          throw toPipewrightError(error).inStep(step.id, placeOfStep(this.plan, step, key === undefined ? ['uses'] : ['with', key]))
        }
      },
    }
    try {
      return await type.estimate(this.partialInput(step, given), context)
    } catch (error) {
      throw toPipewrightError(error).inStep(step.id, placeOfStep(this.plan, step, ['uses']))
    }
  }

  /**
   * The `with:` of a step as far as it is known before running. Text whose values are not known yet stands as it is written:
   * its length is the best that can be said of it.
   */
  private partialInput(step: PlannedStep, given: PlannedCall['with']): Record<string, unknown> {
    try {
      return given.evaluate({ ...this.scope, item: '', index: 0 }) as Record<string, unknown>
    } catch {
      return step.document.with ?? {}
    }
  }

  private itemCount(list: PlannedCall['with']): Times {
    try {
      const items = list.evaluate(this.scope)
      const count = Array.isArray(items) ? items.length : rangeLength(items)
      if (count !== null) return { low: count, expected: count, worst: count }
    } catch {
      // The list comes out of another step: its length is assumed.
    }
    return assumedItems
  }
}

function rangeLength(items: unknown): number | null {
  const { from, to, step } = (items ?? {}) as Record<string, unknown>
  const [first, last, by] = [Number(from), Number(to), Number(step)]
  return [first, last, by].every(Number.isFinite) ? Math.max(0, Math.floor((last - first) / by) + 1) : null
}

function roundsOf({ while: before, maxIterations }: NonNullable<PlannedStep['loop']>): Times {
  return { low: before ? 0 : 1, expected: Math.ceil(maxIterations / 2), worst: maxIterations }
}

/** The time of items of which several are worked on side by side. */
function inTurns(cost: Cost, items: number, sideBySide: number): Cost {
  if (items === 0) return cost
  return { ...cost, timeMs: (cost.timeMs / items) * Math.ceil(items / Math.min(items, sideBySide)) }
}
