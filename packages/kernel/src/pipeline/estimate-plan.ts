import { guessTokens } from '../budget/likely-tokens.js'
import { loadPriceBook } from '../budget/price-book.js'
import { textBound } from '../budget/token-bound.js'
import type { PlanEstimate } from '../engine.js'
import { toPipewrightError } from '../errors/pipewright-error.js'
import { freeEstimate, noCost, type Cost, type Estimate, type EstimateBasis, type TokenRange } from '../points/estimate.js'
import type { ExtensionPoints } from '../points/extension-points.js'
import type { EstimateContext, EstimatedTools } from '../points/step.js'
import { addEstimates, dearest, estimateSequence, multiply, oneOf, weakest, type Grounded } from './combine-estimates.js'
import { partialInput } from './partial-input.js'
import { blocksOf, everyStepOf, placeOfStep, type Plan, type PlannedBlock, type PlannedCall, type PlannedStep } from './plan.js'
import { itemsOf, knownScope, roundsOf, sampleItems, sideBySide } from './repetitions.js'
import { retryPolicy } from './retry-policy.js'
import type { StepHistory } from './step-history.js'
import type { Scope } from './template-engine.js'

/** What a step without an estimate of its own is taken to need, in milliseconds. */
const smallStep: Estimate = { low: { ...noCost, timeMs: 1 }, expected: { ...noCost, timeMs: 10 }, worst: { ...noCost, timeMs: 1000 } }
/** How many items of a list that is known are estimated one by one: of a list of its own, of one in a list, and of those in them. */
const mostSampled = [50, 3, 1]
/** How many estimates a list may come to, so that a long document is looked at less closely. */
const mostEstimates = 5000

export interface EstimateOptions {
  readonly points: ExtensionPoints
  readonly estimatePipeline: (path: string) => Promise<Estimate>
  /** Counts tokens. Default: guesses from the length of the text. */
  readonly countTokens?: (text: string) => number
  /** What steps needed in earlier runs. */
  readonly history?: StepHistory
}

/** What a plan will cost with these inputs; inputs that are not given count with their defaults. */
export async function estimatePlan(plan: Plan, inputs: Readonly<Record<string, unknown>>, options: EstimateOptions): Promise<PlanEstimate> {
  const estimator = new Estimator(plan, options)
  const at: At = { scope: knownScope(plan, inputs), around: '', sessions: new Map(), lists: 0 }
  const parts = new Map<string, Grounded>()
  const main = await estimator.block(plan.block, at, parts)
  const final = await estimator.block(plan.finally, at, parts)
  const steps = [...plan.block.steps, ...plan.finally.steps].flatMap(({ id }) => {
    const part = parts.get(id)
    return part ? [{ id, estimate: part.estimate, basis: part.basis }] : []
  })
  return { total: addEstimates(main.estimate, final.estimate), steps }
}

/** Where in a plan something is estimated. */
interface At {
  readonly scope: Scope
  /** The path of the step around it, with a slash. */
  readonly around: string
  /** What each conversation holds. */
  readonly sessions: Map<string, TokenRange>
  /** How many lists it is inside of. */
  readonly lists: number
}

/** Adds up what the steps of a plan say that they need. */
class Estimator {
  private readonly plan: Plan
  private readonly options: EstimateOptions
  private readonly steps: number

  constructor(plan: Plan, options: EstimateOptions) {
    this.plan = plan
    this.options = options
    this.steps = [...everyStepOf(plan)].length
  }

  /** Tokens and dollars of all steps; the time of the longest way through them, as what can runs side by side. */
  async block({ steps }: PlannedBlock, at: At, parts?: Map<string, Grounded>): Promise<Grounded> {
    const all = []
    for (const step of steps) {
      const part = await this.step(step, at)
      parts?.set(step.id, part)
      all.push({ id: step.id, dependsOn: step.dependsOn, ...part })
    }
    return { estimate: estimateSequence(all), basis: weakest(all) }
  }

  private async step(step: PlannedStep, at: At): Promise<Grounded> {
    const { low, expected, worst } = itemsOf(step, at.scope)
    const { estimate: all, basis } = await this.items(step, at)
    const workers = sideBySide(step, this.plan)
    const estimate = {
      low: step.condition === true ? inTurns(all.low, low, workers) : noCost,
      expected: inTurns(all.expected, expected, workers),
      worst: inTurns(all.worst, worst, workers),
    }
    return { estimate, basis }
  }

  /** All items of a step one after the other: those of a list that is known each by itself, as far as there are not too many. */
  private async items(step: PlannedStep, at: At): Promise<Grounded> {
    const counts = itemsOf(step, at.scope)
    const samples = step.forEach ? sampleItems(step, at.scope, this.mostItems(at.lists)) : null
    if (!samples) {
      const scope = step.forEach ? { ...at.scope, index: 0 } : at.scope
      const { estimate, basis } = await this.item(step, { ...at, scope, lists: at.lists + (step.forEach ? 1 : 0) })
      return { estimate: times(estimate, counts), basis }
    }
    const parts: Grounded[] = []
    for (const values of samples) parts.push(await this.item(step, { ...at, scope: { ...at.scope, ...values }, lists: at.lists + 1 }))
    if (parts.length === 0) return { estimate: freeEstimate, basis: 'counted' }
    const sum = parts.map(({ estimate }) => estimate).reduce(addEstimates)
    const share = counts.worst / parts.length
    const estimate =
      share === 1
        ? sum
        : { low: multiply(sum.low, share), expected: multiply(sum.expected, share), worst: multiply(dearest(parts).worst, counts.worst) }
    return { estimate, basis: weakest(parts) }
  }

  private mostItems(lists: number): number {
    const most = mostSampled[lists] ?? 1
    return Math.max(1, Math.min(most, Math.floor(mostEstimates / this.steps)))
  }

  /** A step for one item: as often as its loop goes round, with what stands in for it. */
  private async item(step: PlannedStep, around: At): Promise<Grounded> {
    // Each item has conversations of its own.
    const at = step.forEach ? { ...around, sessions: new Map(around.sessions) } : around
    const scope = step.loop ? { ...at.scope, loop: { index: 0, output: null } } : at.scope
    const { estimate, basis } = await this.work(step, { ...at, scope })
    const each = times(estimate, roundsOf(step))
    return { estimate: await this.withFallback(step, each, at), basis }
  }

  private async work(step: PlannedStep, at: At): Promise<Grounded> {
    const { work } = step
    if (work.kind === 'call') return this.attempts(step, work, at)
    const inside = { ...at, around: `${at.around}${step.id}/` }
    if (work.kind === 'group') return this.block(work.block, inside)
    const cases: Grounded[] = []
    for (const block of blocksOf(step)) cases.push(await this.block(block, inside))
    const estimates = cases.map((one) => one.estimate)
    return { estimate: oneOf(work.otherwise ? estimates : [...estimates, freeEstimate]), basis: weakest(cases) }
  }

  private async attempts(step: PlannedStep, call: PlannedCall, at: At): Promise<Grounded> {
    const { type, models } = call
    const { attempts } = retryPolicy(step.document, this.plan.document.defaults, type.kind !== 'step' || type.safeToRepeat)
    const [first = null, ...others] = models
    const { estimate, basis } = await this.call(step, call, first, at)
    // At worst each model of the list has been paid for before the last one answers.
    let all = estimate
    for (const model of others) all = addEstimates(all, (await this.call(step, call, model, at)).estimate)
    const { session } = step.document
    if (session !== undefined) at.sessions.set(session, addSaid(at.sessions.get(session), estimate))
    return { estimate: { ...estimate, worst: multiply(all.worst, attempts) }, basis }
  }

  /** What stands in for a step comes on top of what it has cost before it failed. */
  private async withFallback(step: PlannedStep, estimate: Estimate, at: At): Promise<Estimate> {
    const { onError, work } = step
    if (onError.kind === 'step') {
      const inside = { ...at, around: `${at.around}${step.id}/` }
      return { ...estimate, worst: addEstimates(estimate, (await this.step(onError.step, inside)).estimate).worst }
    }
    if (onError.kind !== 'model' || work.kind !== 'call') return estimate
    return { ...estimate, worst: addEstimates(estimate, (await this.call(step, work, onError.model, at)).estimate).worst }
  }

  private async call(step: PlannedStep, call: PlannedCall, model: string | null, at: At): Promise<Grounded> {
    const { estimate, basis } = await this.assumed(step, call, model, at)
    const past = this.options.history?.typical({ path: `${at.around}${step.id}`, uses: step.document.uses ?? '', model })
    if (!past) return { estimate, basis }
    // The worst case of tokens is a bound; how long something takes is known no better than from how long it took.
    return { estimate: { low: lower(estimate.low, past), expected: past, worst: higher(estimate.worst, past) }, basis: 'history' }
  }

  private async assumed(step: PlannedStep, call: PlannedCall, model: string | null, at: At): Promise<Grounded> {
    const { type: described, with: given } = call
    if (described.kind === 'genesis-stage' || !described.estimates) return { estimate: smallStep, basis: 'assumed' }
    const type = await this.options.points.get('step', described.id)
    if (!type?.estimate) return { estimate: smallStep, basis: 'assumed' }
    const { input, isWhole } = partialInput(step.document.with ?? {}, given, at.scope)
    const basis: EstimateBasis = isWhole && this.options.countTokens ? 'counted' : 'assumed'
    try {
      return { estimate: await type.estimate(input, await this.context(step, call, model, at)), basis }
    } catch (error) {
      throw toPipewrightError(error).inStep(step.id, placeOfStep(this.plan, step, ['uses']))
    }
  }

  private async context(step: PlannedStep, call: PlannedCall, model: string | null, at: At): Promise<EstimateContext> {
    const prices = model === null ? null : await loadPriceBook()
    const provider = model === null ? undefined : await this.options.points.describe('provider', model.slice(0, model.indexOf('/')))
    const tools = await this.tools(step, call, at)
    const { session } = step.document
    return {
      model,
      countTokens: textBound,
      likelyTokens: this.options.countTokens ?? guessTokens,
      price: (name, usage) => (provider?.pricing === 'free' ? 0 : (prices?.price(name, usage) ?? 0)),
      estimatePipeline: async (path) => {
        try {
          return await this.options.estimatePipeline(path)
        } catch (error) {
          const key = Object.entries(step.document.with ?? {}).find(([, value]) => value === path)?.[0]
          throw toPipewrightError(error).inStep(step.id, placeOfStep(this.plan, step, key === undefined ? ['uses'] : ['with', key]))
        }
      },
      ...(tools ? { tools } : {}),
      ...(session === undefined ? {} : { sessionTokens: at.sessions.get(session) ?? nothingSaid }),
    }
  }

  private async tools(step: PlannedStep, { tools }: PlannedCall, at: At): Promise<EstimatedTools | null> {
    if (tools.length === 0) return null
    const calls: Grounded[] = []
    for (const tool of tools) calls.push(await this.step(tool.step, { ...at, around: `${at.around}${step.id}/` }))
    return {
      definitions: tools.map(({ document }) => ({ name: document.id, description: document.description, input: document.arguments })),
      call: dearest(calls),
    }
  }
}

const nothingSaid: TokenRange = { low: 0, expected: 0, worst: 0 }

/** What a conversation holds after a step has gone on with it. */
function addSaid(before: TokenRange = nothingSaid, { low, expected, worst, said }: Estimate): TokenRange {
  const own = said ?? { low: low.tokens, expected: expected.tokens, worst: worst.tokens }
  return { low: before.low + own.low, expected: before.expected + own.expected, worst: before.worst + own.worst }
}

function times(
  { low, expected, worst }: Estimate,
  count: { readonly low: number; readonly expected: number; readonly worst: number },
): Estimate {
  return { low: multiply(low, count.low), expected: multiply(expected, count.expected), worst: multiply(worst, count.worst) }
}

/** The time of items of which several are worked on side by side. */
function inTurns(cost: Cost, items: number, workers: number): Cost {
  if (items === 0) return cost
  return { ...cost, timeMs: (cost.timeMs / items) * Math.ceil(items / Math.min(items, workers)) }
}

function lower(left: Cost, right: Cost): Cost {
  return { tokens: Math.min(left.tokens, right.tokens), usd: Math.min(left.usd, right.usd), timeMs: Math.min(left.timeMs, right.timeMs) }
}

function higher(left: Cost, right: Cost): Cost {
  return { tokens: Math.max(left.tokens, right.tokens), usd: Math.max(left.usd, right.usd), timeMs: Math.max(left.timeMs, right.timeMs) }
}
