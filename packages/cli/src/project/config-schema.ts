import { z } from 'zod'

const amount = z.number().nonnegative()

/** The founding document's `resource_budgets` block. */
const resourceBudgets = z.strictObject({
  global: z.strictObject({ daily_token_limit: amount.optional(), cost_limit_usd: amount.optional() }).optional(),
  pipeline_tier: z.record(z.string(), z.strictObject({ max_tokens: amount.optional(), max_cost: amount.optional() })).optional(),
  step_level: z.record(z.string(), amount).optional(),
})

/** Names of guardrails for each phase, as the founding document writes them. */
const guardrails = z.strictObject({
  pre_execution: z.array(z.string()).optional(),
  runtime_monitoring: z.array(z.string()).optional(),
  post_execution: z.array(z.string()).optional(),
})

const pipelineHierarchy = z.strictObject({
  parent: z.string(),
  children: z.array(z.string()),
  execution_strategy: z.enum(['staged', 'parallel']).optional(),
  failure_handling: z.enum(['graceful_degradation', 'fail_fast']).optional(),
})

const maturityLevels = z.record(
  z.enum(['experimental', 'beta', 'production']),
  z.array(z.record(z.string(), z.union([z.string(), z.boolean(), z.number()]))),
)

/** `pipewright.yaml`; every key is optional. */
export const configSchema = z.strictObject({
  registry: z.url({ protocol: /^https?$/ }).optional(),
  model: z
    .string()
    .regex(/^[a-z][a-z0-9_-]*\/\S+$/, 'provider/model')
    .optional(),
  providers: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  plugins: z.array(z.union([z.string(), z.record(z.string(), z.unknown())])).optional(),
  secrets: z.record(z.string(), z.unknown()).optional(),
  state: z.string().optional(),
  trust: z.record(z.string(), z.unknown()).optional(),
  resource_budgets: resourceBudgets.optional(),
  guardrails: guardrails.optional(),
  pipeline_hierarchy: pipelineHierarchy.optional(),
  maturity_levels: maturityLevels.optional(),
})

export type ProjectConfig = z.infer<typeof configSchema>
