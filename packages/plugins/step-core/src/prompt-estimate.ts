import { noCost, type Cost, type Estimate, type EstimateContext } from '@pipewright/kernel'
import type { PromptInput } from './prompt-input.js'
import { framing, likelyPrompt, likelyShare, promptBound, saidTokens } from './prompt-tokens.js'
import { maxCallsPerRound, maxRoundBytes } from './tool-round.js'

/** What a request for a repair adds beside the answer that it is about, in tokens. */
const perRepair = 3000
/** How many rounds of tools most answers need, and what one round's results most likely have, in tokens. */
const likelyRounds = 3
const likelyResults = 1000
const startMs = 500
const perOutputTokenMs = 15

/**
 * Low: a tenth of the output cap is used; expected: a third; worst: all of it, in every round of tools and every repair.
 * With tools, one round is the least, three are likely. Each call is sent all that was said before it: input grows by an
 * answer and its results with each round, so that the cost of all rounds grows with the square of their number.
 */
export function estimatePrompt(known: Partial<PromptInput>, context: EstimateContext): Estimate {
  const { tools } = context
  const cap = numberOr(known.max_output_tokens, 1024)
  const maxRounds = tools === undefined ? 0 : numberOr(known.max_tool_rounds, 8)
  const repairs = known.schema === undefined ? 0 : numberOr(known.max_repairs, 2)
  const worstInput = promptBound(known, context)
  const likelyInput = likelyPrompt(known, context)
  const before = context.sessionTokens ?? { low: 0, expected: 0, worst: 0 }
  const likelySaid = Math.ceil(saidTokens(known.prompt, context.likelyTokens, likelyShare))

  const costs = (inputs: readonly number[], outputTokens: number): Cost =>
    sum(inputs.map((inputTokens) => callCost(inputTokens, outputTokens, context)))
  const likely = (said: number, rounds: number, output: number): Cost =>
    costs(growing(likelyInput + said, rounds, output + likelyResults), output)
  const worstRounds = growing(worstInput, maxRounds, cap + maxRoundBytes + framing)
  const worstRepairs = growing(worstRounds.at(-1) ?? worstInput, repairs, cap + perRepair).slice(1)
  const leastRounds = Math.min(1, maxRounds)
  const [least, most] = [Math.ceil(cap / 10), Math.ceil(cap / 3)]
  const expectedRounds = Math.min(likelyRounds, maxRounds)
  return {
    low: sum([likely(before.low, leastRounds, least), toolCosts(tools?.call.low, leastRounds, 1)]),
    expected: sum([likely(before.expected, expectedRounds, most), toolCosts(tools?.call.expected, expectedRounds, 1)]),
    worst: sum([costs([...worstRounds, ...worstRepairs], cap), toolCosts(tools?.call.worst, maxRounds, maxCallsPerRound)]),
    said: { low: likelySaid + least, expected: likelySaid + most, worst: saidTokens(known.prompt, context.countTokens, 1) + cap + framing },
  }
}

/** Where a value is not known yet, a text stands for it. */
function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

/** The inputs of a first call and of `more`, each longer than the one before. */
function growing(first: number, more: number, growth: number): number[] {
  return Array.from({ length: more + 1 }, (_, index) => first + index * growth)
}

function callCost(inputTokens: number, outputTokens: number, { model, price }: EstimateContext): Cost {
  return {
    tokens: inputTokens + outputTokens,
    usd: model === null ? 0 : price(model, { inputTokens, outputTokens }),
    timeMs: startMs + outputTokens * perOutputTokenMs,
  }
}

/** What the tools themselves cost; the calls of a round are done side by side. */
function toolCosts(call: Cost | undefined, rounds: number, callsPerRound: number): Cost {
  const { tokens, usd, timeMs } = call ?? noCost
  return { tokens: tokens * rounds * callsPerRound, usd: usd * rounds * callsPerRound, timeMs: timeMs * rounds }
}

function sum(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (total, cost) => ({ tokens: total.tokens + cost.tokens, usd: total.usd + cost.usd, timeMs: total.timeMs + cost.timeMs }),
    noCost,
  )
}
