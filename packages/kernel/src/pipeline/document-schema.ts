import { z } from 'zod'
import { aboutSchema } from './about-schema.js'

/** `90s`, `5m`, `1h`, `500ms`. */
export const durationSchema = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'a number with ms, s, m or h, for example 60s')

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
  type: z.enum(inputTypes),
  description: z.string().max(2000).optional(),
  default: z.unknown().optional(),
  enum: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .optional(),
  items: z.record(z.string(), z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.int().min(0).optional(),
  maxLength: z.int().min(0).optional(),
  minItems: z.int().min(0).optional(),
  maxItems: z.int().min(0).optional(),
  pattern: z.string().max(200).optional(),
  examples: z.array(z.unknown()).optional(),
})

export const retrySchema = z.strictObject({
  /** Attempts in all, the first included. */
  attempts: z.int().min(1).max(10).default(1),
  /** The wait before the second attempt; doubles after, with jitter. A server's retry-after wins. */
  backoff: durationSchema.default('1s'),
})

export const budgetSchema = z.strictObject({
  tokens: z.int().positive().optional(),
  usd: z.number().positive().optional(),
  time: durationSchema.optional(),
})

export const guardrailUseSchema = z.union([z.string(), z.record(z.string(), z.unknown())])

export const stepSchema = z.strictObject({
  id: stepIdSchema,
  /** The step type. */
  uses: z.string(),
  description: z.string().max(2000).optional(),
  /** What the step type is given; every string in it is a template. */
  with: z.record(z.string(), z.unknown()).default({}),
  /** A condition; when it is false the step is skipped and its output is null. */
  if: z.union([z.string(), z.boolean()]).optional(),
  /** Steps that have to be finished before, beside those that it refers to. */
  needs: z.array(stepIdSchema).optional(),
  /** Runs the step once for each element; `item` and `index` stand for it, the output is the array of outputs. */
  for_each: z.union([z.string(), z.array(z.unknown())]).optional(),
  /** How many items run side by side. */
  concurrency: z.int().min(1).max(64).optional(),
  model: modelNameSchema.optional(),
  timeout: durationSchema.optional(),
  retry: retrySchema.optional(),
  class: z.enum(['analysis', 'generation', 'validation']).optional(),
})

/** A pipeline document after parsing. */
export const documentSchema = z.strictObject({
  pipeline: packageNameSchema,
  version: versionSchema.default('0.1.0'),
  description: z.string().max(5000).optional(),
  tier: z.string().max(40).optional(),
  about: aboutSchema.optional(),
  inputs: z.record(stepIdSchema, inputSchema).default({}),
  defaults: z
    .strictObject({
      model: modelNameSchema.optional(),
      timeout: durationSchema.optional(),
      retry: retrySchema.optional(),
      concurrency: z.int().min(1).max(64).optional(),
    })
    .default({}),
  budget: budgetSchema.optional(),
  guardrails: z.array(guardrailUseSchema).max(50).default([]),
  steps: z.array(stepSchema).min(1).max(5000),
  outputs: z.record(stepIdSchema, z.unknown()).default({}),
})

export type PipelineDocument = z.infer<typeof documentSchema>
export type StepDocument = z.infer<typeof stepSchema>
export type InputDocument = z.infer<typeof inputSchema>
