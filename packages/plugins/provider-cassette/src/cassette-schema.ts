import { z } from 'zod'

/** A cassette file may have this many bytes, and a folder this many cassettes. */
export const mostCassetteBytes = 4 * 1024 * 1024
export const mostCassettes = 200

const tokens = z.int().min(0).max(100_000_000)

/** Found by the request's hash: what recording writes. The step is there for people to read. */
const recordedMatchSchema = z.strictObject({
  request: z.string().regex(/^sha256-[0-9a-f]{64}$/, 'sha256- and 64 hexadecimal digits'),
  step: z.string().max(500).optional(),
})

/** Found by the step's id and texts that the prompt contains: what people write. */
const authoredMatchSchema = z.strictObject({
  step: z.string().min(1).max(64),
  contains: z.array(z.string().min(1).max(10_000)).max(50).default([]),
})

const toolCallSchema = z.strictObject({ id: z.string(), tool: z.string(), arguments: z.unknown() })

const cassetteResponseSchema = z
  .strictObject({
    /** The answer as it was given. */
    text: z.string().optional(),
    /** The answer as a JSON value, for answers that had to fit a schema. */
    json: z.unknown().optional(),
    toolCalls: z.array(toolCallSchema).max(100).default([]),
    /** What the model reported. Without it the usage is estimated, and marked so. */
    usage: z
      .strictObject({
        inputTokens: tokens,
        outputTokens: tokens,
        cachedInputTokens: tokens.exactOptional(),
        cacheWriteTokens: tokens.exactOptional(),
        reasoningTokens: tokens.exactOptional(),
        estimated: z.boolean().exactOptional(),
      })
      .optional(),
    finishReason: z.enum(['stop', 'length', 'tool-calls', 'filtered']).optional(),
    /** The model that answered. Default: the one asked for. */
    model: z.string().optional(),
  })
  .refine((response) => response.text === undefined || !('json' in response), 'an answer has text or json, not both')
  .refine(
    (response) => response.text !== undefined || 'json' in response || response.toolCalls.length > 0,
    'an answer has text, json or toolCalls',
  )

const cassetteEntrySchema = z.strictObject({
  match: z.union([recordedMatchSchema, authoredMatchSchema], 'either { request } or { step, contains }'),
  response: cassetteResponseSchema,
})

/** One file of a cassettes folder. */
export const cassetteSchema = z.strictObject({
  /** Where every answer in the file comes from. */
  origin: z.enum(['real', 'simulated', 'authored']),
  /** When the last answer was recorded. Absent when they were written by hand. */
  recorded_at: z.iso.datetime({ offset: true }).optional(),
  entries: z.array(cassetteEntrySchema).max(10_000),
})

export type CassetteFile = z.infer<typeof cassetteSchema>
export type CassetteEntry = z.infer<typeof cassetteEntrySchema>
export type CassetteResponse = z.infer<typeof cassetteResponseSchema>

/** A cassette and the file it stands in. */
export interface Cassette extends CassetteFile {
  readonly file: string
}
