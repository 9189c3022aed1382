import { z } from 'zod'

const tokens = z.int().nonnegative()

const usage = z.object({
  input_tokens: tokens,
  input_tokens_details: z.object({ cached_tokens: tokens.nullish(), cache_write_tokens: tokens.nullish() }).nullish(),
  output_tokens: tokens,
  output_tokens_details: z.object({ reasoning_tokens: tokens.nullish() }).nullish(),
})

const response = z.object({
  model: z.string().nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  usage: usage.nullish(),
})

const item = z.union([
  z.object({ type: z.literal('function_call'), call_id: z.string(), name: z.string(), arguments: z.string() }),
  // Messages, reasoning, what tools of the API do.
  z.object({ type: z.string().refine((type) => type !== 'function_call') }).transform(() => ({ type: 'other' as const })),
])

/** The events of a streamed response, as much of them as an answer is made of. */
export const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('response.created'), response }),
  z.object({ type: z.literal('response.output_text.delta'), delta: z.string() }),
  z.object({ type: z.literal('response.refusal.delta'), delta: z.string() }),
  z.object({ type: z.literal('response.output_item.done'), output_index: z.int().nonnegative(), item }),
  z.object({ type: z.literal('response.completed'), response }),
  z.object({ type: z.literal('response.incomplete'), response }),
  z.object({ type: z.literal('response.failed'), response }),
])

export const knownEvents: ReadonlySet<unknown> = new Set(eventSchema.options.map((option) => option.shape.type.value))

export type ResponseEvent = z.output<typeof eventSchema>
export type ResponseFacts = z.output<typeof response>
export type ResponseUsage = z.output<typeof usage>
