import { z } from 'zod'

const tokens = z.int().nonnegative()
const usage = z.object({
  input_tokens: tokens.nullish(),
  output_tokens: tokens.nullish(),
  cache_creation_input_tokens: tokens.nullish(),
  cache_read_input_tokens: tokens.nullish(),
  output_tokens_details: z.object({ thinking_tokens: tokens }).nullish(),
})

const index = z.int().nonnegative()
const delta = z.union([
  z.object({ type: z.literal('text_delta'), text: z.string() }),
  z.object({ type: z.literal('input_json_delta'), partial_json: z.string() }),
  // Thinking, signatures, citations.
  otherThan('text_delta', 'input_json_delta'),
])
const block = z.union([
  z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()).nullish() }),
  z.object({ type: z.literal('text'), text: z.string() }),
  otherThan('tool_use', 'text'),
])

/** The events of a streamed message, as much of them as an answer is made of. */
export const streamEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: z.object({ model: z.string(), usage }) }),
  z.object({ type: z.literal('content_block_start'), index, content_block: block }),
  z.object({ type: z.literal('content_block_delta'), index, delta }),
  z.object({ type: z.literal('content_block_stop'), index }),
  z.object({ type: z.literal('message_delta'), delta: z.object({ stop_reason: z.string().nullish() }), usage: usage.nullish() }),
  z.object({ type: z.literal('message_stop') }),
])

export const knownEvents: ReadonlySet<unknown> = new Set(streamEventSchema.options.map((option) => option.shape.type.value))

export type StreamEvent = z.output<typeof streamEventSchema>
export type StreamUsage = z.output<typeof usage>

function otherThan(...types: readonly string[]) {
  const type = z.string().refine((name) => !types.includes(name))
  return z.object({ type }).transform(() => ({ type: 'other' as const }))
}
