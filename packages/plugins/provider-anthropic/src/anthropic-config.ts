import { z } from 'zod'

/** What the provider is called where people read it. */
export const providerName = 'Anthropic'

/** What stands under `providers: { anthropic: … }` in pipewright.yaml. */
export const anthropicConfigSchema = z.strictObject({
  /** Where the Messages API is, for a gateway that speaks it. */
  baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.anthropic.com'),
  /** The environment variable that holds the key. */
  apiKeyEnvironment: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .default('ANTHROPIC_API_KEY'),
  /** How long the API may take to begin its answer, in milliseconds. */
  timeoutMs: z.int().min(100).max(3_600_000).default(600_000),
  /**
   * Whether the input is counted by the API, which takes a round trip, before it is reserved. Otherwise its bytes bound
   * it. Absent: only for requests that hold documents, of which bytes say little.
   */
  countTokens: z.boolean().optional(),
})

export type AnthropicConfig = z.output<typeof anthropicConfigSchema>
