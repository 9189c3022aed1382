import type { Cost, Estimate, EstimateContext } from '@pipewright/kernel'

/** What is known of a prompt before it is run; texts may be missing where only running tells them. */
export interface KnownPrompt {
  readonly prompt?: unknown
  readonly system?: string | undefined
  readonly schema?: Readonly<Record<string, unknown>> | undefined
  readonly images?: readonly string[] | undefined
  readonly documents?: readonly string[] | undefined
  readonly max_output_tokens?: number | undefined
}

/** How often the model is asked again when its answer does not fit the schema. */
export const maxCorrections = 2

/** What stands for a prompt that is not known before running, in tokens. */
const assumedPrompt = 2000
/** What each image and document adds: none bills more for one image; a document has some twenty pages. */
const perImage = 8000
const perDocument = 50_000
/** What goes around a request, and what a request for a correction adds beside the answer that it corrects. */
const framing = 200
const perCorrection = 3000
/** English prose has about four bytes a token, where the counter's bound counts each byte. */
const likelyShare = 1 / 4
const startMs = 500
const perOutputTokenMs = 15

/**
 * Low: a tenth of the output cap is used; expected: a third; worst: all of it, in every correction too. `max_output_tokens`
 * is the figure that decides.
 */
export function estimatePrompt(known: KnownPrompt, { model, countTokens, price }: EstimateContext): Estimate {
  const cap = known.max_output_tokens ?? 1024
  const prompt = typeof known.prompt === 'string' && known.prompt !== '' ? countTokens(known.prompt) : assumedPrompt
  const schema = known.schema ? countTokens(JSON.stringify(known.schema)) : 0
  const media = (known.images?.length ?? 0) * perImage + (known.documents?.length ?? 0) * perDocument
  const worstInput = prompt + countTokens(known.system ?? '') + schema + media + framing
  const likelyInput = Math.ceil(worstInput * likelyShare)

  const cost = (inputTokens: number, outputTokens: number): Cost => ({
    tokens: inputTokens + outputTokens,
    usd: model === null ? 0 : price(model, { inputTokens, outputTokens }),
    timeMs: startMs + outputTokens * perOutputTokenMs,
  })
  const calls = Array.from({ length: known.schema ? 1 + maxCorrections : 1 }, (_, correction) =>
    cost(worstInput + correction * (cap + perCorrection), cap),
  )
  return {
    low: cost(likelyInput, Math.ceil(cap / 10)),
    expected: cost(likelyInput, Math.ceil(cap / 3)),
    worst: calls.reduce((sum, call) => ({ tokens: sum.tokens + call.tokens, usd: sum.usd + call.usd, timeMs: sum.timeMs + call.timeMs })),
  }
}
