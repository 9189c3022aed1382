import { z } from 'zod'

const amount = z.number().nonnegative()

/** The founding document's `resource_budgets` block. */
const resourceBudgets = z.strictObject({
  global: z
    .strictObject({
      daily_token_limit: amount.optional().describe('The most tokens that all runs of a day use together.'),
      cost_limit_usd: amount.optional().describe('The most US dollars that all runs of a day use together.'),
    })
    .optional()
    .describe('Limits for everything that shares the state folder.'),
  pipeline_tier: z
    .record(
      z.string(),
      z.strictObject({
        max_tokens: amount.optional().describe('The most tokens of one run.'),
        max_cost: amount.optional().describe('The most US dollars of one run.'),
      }),
    )
    .optional()
    .describe('Limits of a run by the tier that its pipeline names, in full (tier_1_simple) or short (simple).'),
  step_level: z
    .record(z.string(), amount)
    .optional()
    .describe('Token limits by class of step: analysis_steps, generation_steps, validation_steps. Checked, but not applied yet.'),
})

/** Names of guardrails for each phase, as the founding document writes them. */
const guardrails = z.strictObject({
  pre_execution: z.array(z.string()).optional().describe('Before a run.'),
  runtime_monitoring: z.array(z.string()).optional().describe('During a run.'),
  post_execution: z.array(z.string()).optional().describe('After a run.'),
})

const pipelineHierarchy = z.strictObject({
  parent: z.string().describe('The coordinator.'),
  children: z.array(z.string()).describe('The pipelines that it is made of.'),
  execution_strategy: z.enum(['staged', 'parallel']).optional().describe('Whether one waits for the one before.'),
  failure_handling: z.enum(['graceful_degradation', 'fail_fast']).optional().describe('What happens when one of them fails.'),
})

const maturityLevels = z.record(
  z.enum(['experimental', 'beta', 'production']),
  z.array(z.record(z.string(), z.union([z.string(), z.boolean(), z.number()]))),
)

const secretPlace = z
  .strictObject({
    env: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable')
      .optional()
      .describe('The environment variable that holds it.'),
    file: z.string().min(1).optional().describe('The file that holds it, and nothing else; relative to the project.'),
  })
  .refine(({ env, file }) => (env === undefined) !== (file === undefined), 'give either env or file')

/** `pipewright.yaml`; every key is optional. */
export const configSchema = z.strictObject({
  registry: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('The registry to use. --registry and PIPEWRIGHT_REGISTRY go before it; without any, the built-in catalogue serves.'),
  model: z
    .string()
    .regex(/^[a-z][a-z0-9_-]*\/\S+$/, 'provider/model')
    .optional()
    .describe('The model of steps and pipelines that name none, as provider/model.'),
  providers: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .optional()
    .describe('The configuration of providers, by provider; each plugin’s page says what it takes.'),
  plugins: z
    .array(z.union([z.string(), z.record(z.string(), z.unknown())]))
    .optional()
    .describe('Plugins to load beside the built-in ones, by package name, or by name with their configuration.'),
  secrets: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'a name of letters, digits and _'), secretPlace)
    .optional()
    .describe('Where secrets come from, by the name that templates use: secrets.NAME. Pipelines reach no others.'),
  state: z
    .string()
    .optional()
    .describe('The state folder, relative to the project. Default .pipewright. Projects that share it share its budgets.'),
  trust: z.record(z.string(), z.unknown()).optional().describe('Whose packages are trusted. Checked, but not used yet.'),
  resource_budgets: resourceBudgets.optional().describe('Limits in tokens and dollars.'),
  guardrails: guardrails.optional().describe('Guardrails for every pipeline, by phase. Checked, but not applied yet.'),
  pipeline_hierarchy: pipelineHierarchy.optional().describe('How genesis is put together. Checked, but not applied yet.'),
  maturity_levels: maturityLevels.optional().describe('What holds at each maturity. Checked, but not applied yet.'),
})

export type ProjectConfig = z.infer<typeof configSchema>
