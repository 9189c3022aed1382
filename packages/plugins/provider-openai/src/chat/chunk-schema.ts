import { z } from 'zod'

const tokens = z.int().nonnegative().nullish()

const usage = z.object({
  prompt_tokens: z.int().nonnegative(),
  completion_tokens: z.int().nonnegative(),
  total_tokens: tokens,
  prompt_tokens_details: z.object({ cached_tokens: tokens, cache_write_tokens: tokens }).nullish(),
  completion_tokens_details: z.object({ reasoning_tokens: tokens }).nullish(),
})

const call = z.object({
  index: z.int().nonnegative().nullish(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
})

const delta = z.object({
  content: z.string().nullish(),
  refusal: z.string().nullish(),
  // Hidden reasoning, under the two names that endpoints have for it.
  reasoning: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  tool_calls: z.array(call).max(1_000).nullish(),
})

/** A chunk of a streamed completion, as much of it as an answer is made of, and as loosely as the many endpoints write it. */
export const chunkSchema = z.object({
  model: z.string().nullish(),
  choices: z.array(z.object({ delta: delta.nullish(), finish_reason: z.string().nullish() })).nullish(),
  usage: usage.nullish(),
})

export type Delta = z.output<typeof delta>
export type CallDelta = z.output<typeof call>
export type ChunkUsage = z.output<typeof usage>
