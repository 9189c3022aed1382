import { z } from 'zod'
import { aboutSchema } from './about-schema.js'

/** `90s`, `5m`, `1h`, `500ms`. */
export const durationSchema = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'a number with ms, s, m or h, for example 60s')
  .meta({ title: 'duration' })

export const stepIdSchema = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9_]*$/, 'lower-case letters, digits and _, starting with a letter')

export const packageNameSchema = z
  .string()
  .max(80)
  .regex(/^(@[a-z0-9][a-z0-9-]*\/)?[a-z0-9][a-z0-9_-]*$/, 'lower-case letters, digits, - and _, optionally with @scope/')

export const versionSchema = z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'a semantic version, for example 1.0.0')

export const modelNameSchema = z
  .string()
  .max(200)
  .regex(/^[a-z][a-z0-9_-]*\/\S+$/, 'provider/model, for example anthropic/claude-haiku-4-5')

export const inputTypes = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'file', 'any'] as const

/** One input: a JSON Schema, plus `file` for the path of a file. */
export const inputSchema = z.strictObject({
  type: z.enum(inputTypes).describe('What the value is. file: the path of a file, which the run may then read; any: whatever is given.'),
  description: z.string().max(2000).optional().describe('What it is, for whoever runs the pipeline.'),
  default: z.unknown().optional().describe('The value when none is given. Without it the input has to be given.'),
  enum: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .optional()
    .describe('The only values that it may have.'),
  items: z.record(z.string(), z.unknown()).optional().describe('For array: a JSON Schema of each element.'),
  properties: z.record(z.string(), z.unknown()).optional().describe('For object: a JSON Schema of each key.'),
  required: z.array(z.string()).optional().describe('For object: the keys that have to be there.'),
  minimum: z.number().optional().describe('For number and integer: the smallest value.'),
  maximum: z.number().optional().describe('For number and integer: the largest value.'),
  minLength: z.int().min(0).optional().describe('For string: the fewest characters.'),
  maxLength: z.int().min(0).optional().describe('For string: the most characters.'),
  minItems: z.int().min(0).optional().describe('For array: the fewest elements.'),
  maxItems: z.int().min(0).optional().describe('For array: the most elements.'),
  pattern: z.string().max(200).optional().describe('For string: a regular expression that the value has to match.'),
  examples: z.array(z.unknown()).optional().describe('Values that it could have, to show people.'),
})

export const retrySchema = z.strictObject({
  attempts: z.int().min(1).max(10).default(1).describe('Attempts in all, the first included.'),
  backoff: durationSchema
    .default('1s')
    .describe('The wait before the second attempt; it doubles after each, with jitter, up to a minute. A server’s retry-after wins.'),
})

export const budgetSchema = z.strictObject({
  tokens: z.int().positive().optional().describe('The most tokens, input and output together, of all model calls of a run.'),
  usd: z.number().positive().optional().describe('The most US dollars of all model calls of a run.'),
  time: durationSchema.optional().describe('How long a run may work; counted anew when it is resumed.'),
})

export const guardrailUseSchema = z.union([z.string(), z.record(z.string(), z.unknown())])

export const stepSchema = z.strictObject({
  id: stepIdSchema.describe('What others call it: steps.ID.output.'),
  uses: z.string().describe('The step type; `pipewright plugin list` shows which there are.'),
  description: z.string().max(2000).optional().describe('What it does here, for people.'),
  with: z
    .record(z.string(), z.unknown())
    .default({})
    .describe(
      'What the step type is given. Every text in it is a template; one that is exactly one {{ expression }} keeps the type of its value.',
    ),
  if: z
    .union([z.string(), z.boolean()])
    .optional()
    .describe('A condition, as in Liquid’s if. When it does not hold the step is skipped and its output is null.'),
  needs: z.array(stepIdSchema).optional().describe('Steps that have to be finished before, beside those that it refers to.'),
  for_each: z
    .union([z.string(), z.array(z.unknown())])
    .optional()
    .describe('A list: the step runs once for each element, which is then called item, with its index. The output is the list of outputs.'),
  concurrency: z.int().min(1).max(64).optional().describe('For for_each: how many elements are worked on side by side. Default 4.'),
  model: modelNameSchema.optional().describe('The model that it asks, as provider/model. Default: the pipeline’s, then the project’s.'),
  timeout: durationSchema.optional().describe('How long one attempt may take. Default 10m.'),
  retry: retrySchema
    .optional()
    .describe('Attempts after an error that may pass. Default: three for a step type that is safe to repeat, one for others.'),
  class: z
    .enum(['analysis', 'generation', 'validation'])
    .optional()
    .describe('What kind of work it is, for budgets by class. Default: the step type’s own.'),
})

/** A pipeline document after parsing. */
export const documentSchema = z.strictObject({
  pipeline: packageNameSchema.describe('Its name, with @scope/ when it is published.'),
  version: versionSchema.default('0.1.0').describe('Its version, as semantic versioning has it.'),
  description: z.string().max(5000).optional().describe('What it does, in a sentence or two.'),
  tier: z.string().max(40).optional().describe('The tier whose limits in the project’s resource_budgets it keeps, for example simple.'),
  about: aboutSchema.optional().describe('What makes it findable, when it is published as a template.'),
  inputs: z.record(stepIdSchema, inputSchema).default({}).describe('What it is given: each input by its name, as inputs.NAME.'),
  defaults: z
    .strictObject({
      model: modelNameSchema.optional().describe('The model of steps that name none, as provider/model.'),
      timeout: durationSchema.optional().describe('The timeout of steps that state none.'),
      retry: retrySchema.optional().describe('The attempts of steps that state none.'),
      concurrency: z.int().min(1).max(64).optional().describe('The concurrency of steps that state none.'),
    })
    .default({})
    .describe('What holds for every step that does not say otherwise.'),
  budget: budgetSchema.optional().describe('What one run may use at most. It cannot be overshot.'),
  guardrails: z
    .array(guardrailUseSchema)
    .max(50)
    .default([])
    .describe('Checks before, during and after a run: a guardrail’s name, or its name with its options.'),
  steps: z
    .array(stepSchema)
    .min(1)
    .max(5000)
    .describe('The work. Steps run as soon as those that they refer to are done, side by side where nothing is between them.'),
  outputs: z
    .record(stepIdSchema, z.unknown())
    .default({})
    .describe('What comes out: each output by its name, with a template for its value.'),
})

export type PipelineDocument = z.infer<typeof documentSchema>
export type StepDocument = z.infer<typeof stepSchema>
export type InputDocument = z.infer<typeof inputSchema>
