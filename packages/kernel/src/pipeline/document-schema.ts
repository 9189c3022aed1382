import { z } from 'zod'
import { aboutSchema } from './about-schema.js'
import { packageNameSchema, stepIdSchema, versionSchema } from './document-words.js'
import { budgetSchema, defaultsSchema, stepSchema } from './step-schema.js'

export * from './document-words.js'
export * from './step-schema.js'

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

export const guardrailUseSchema = z.union([z.string(), z.record(z.string(), z.unknown())])

/** A pipeline document after parsing. */
export const documentSchema = z.strictObject({
  pipeline: packageNameSchema.describe('Its name, with @scope/ when it is published.'),
  version: versionSchema.default('0.1.0').describe('Its version, as semantic versioning has it.'),
  description: z.string().max(5000).optional().describe('What it does, in a sentence or two.'),
  tier: z.string().max(40).optional().describe('The tier whose limits in the project’s resource_budgets it keeps, for example simple.'),
  about: aboutSchema.optional().describe('What makes it findable, when it is published as a template.'),
  inputs: z.record(stepIdSchema, inputSchema).default({}).describe('What it is given: each input by its name, as inputs.NAME.'),
  variables: z
    .record(stepIdSchema, z.unknown())
    .default({})
    .describe('Values that are worked out once, as variables.NAME; they may refer to inputs and to each other.'),
  defaults: defaultsSchema.default({}).describe('What holds for every step that does not say otherwise.'),
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
  finally: z
    .array(stepSchema)
    .max(100)
    .optional()
    .describe('Steps that run at the end whatever happened, with run.status and run.error; not while the run waits for a person.'),
  outputs: z
    .record(stepIdSchema, z.unknown())
    .default({})
    .describe('What comes out: each output by its name, with a template for its value.'),
})

export type PipelineDocument = z.infer<typeof documentSchema>
export type InputDocument = z.infer<typeof inputSchema>
