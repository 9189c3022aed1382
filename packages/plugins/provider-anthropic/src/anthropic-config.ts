import { z } from 'zod'

/** What the provider is called where people read it. */
export const providerName = 'Anthropic'

/** What stands under `providers: { anthropic: … }` in pipewright.yaml. */
export const anthropicConfigSchema = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://api.anthropic.com')
    .describe('Where the Messages API is, for a gateway that speaks it.'),
  apiKeyEnvironment: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .default('ANTHROPIC_API_KEY')
    .describe('The environment variable that holds the key.'),
  timeoutMs: z.int().min(100).max(3_600_000).default(600_000).describe('How long the API may take to begin its answer, in milliseconds.'),
  countTokens: z
    .boolean()
    .optional()
    .describe(
      'Whether the API counts the input, which takes a round trip, before it is reserved. Otherwise its bytes bound it. Default: only for requests with documents, of which bytes say little.',
    ),
})

export type AnthropicConfig = z.output<typeof anthropicConfigSchema>
