import { z } from 'zod'

const bound = z.strictObject({
  at_most: z.number().optional().describe('The largest figure that passes.'),
  at_least: z.number().optional().describe('The smallest figure that passes.'),
})

const matchers = {
  equals: z.unknown().optional().describe('The value, exactly.'),
  contains: z.unknown().optional().describe('A text holds this text, a list an equal element, a map this key.'),
  matches: z.string().max(300).optional().describe('A text matches this regular expression.'),
  has_length: z.int().min(0).optional().describe('How many characters, elements or keys there are.'),
  at_most: z.number().optional().describe('A number is not above this.'),
  at_least: z.number().optional().describe('A number is not below this.'),
  schema: z.record(z.string(), z.unknown()).optional().describe('The value fits this JSON Schema.'),
  not_equals: z.unknown().optional().describe('The value is another.'),
  not_contains: z.unknown().optional().describe('The opposite of contains.'),
  not_matches: z.string().max(300).optional().describe('The opposite of matches.'),
  not_has_length: z.int().min(0).optional().describe('The opposite of has_length.'),
}

export const assertionSchema = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(300)
    .describe('Where the value stands: outputs.urgent, steps.triage.output[0].level, or output in a unit test.'),
  ...matchers,
})

/** A `*.test.yaml` file. */
export const pipelineTestSchema = z.strictObject({
  test: z.string().min(1).max(300).describe('What holds, as a sentence.'),
  kind: z
    .enum(['unit', 'integration', 'performance', 'regression'])
    .default('integration')
    .describe(
      'unit: one step, which step names. performance: without expect.usage, within the worst estimate. The others: for people to sort by.',
    ),
  step: z.string().optional().describe('For a unit test: the id of the step.'),
  steps: z.record(z.string(), z.unknown()).default({}).describe('For a unit test: the outputs of the steps that it refers to, by id.'),
  inputs: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('The pipeline’s inputs. Files are named relative to the pipeline’s folder.'),
  model: z
    .enum(['cassette', 'simulated', 'live'])
    .default('cassette')
    .describe('What answers model calls: recorded or hand-written answers, the simulated provider, or the models themselves.'),
  expect: z
    .strictObject({
      status: z.enum(['succeeded', 'failed', 'paused', 'stopped']).default('succeeded').describe('How the run ends.'),
      error: z.string().optional().describe('The code of the error that the run ends with.'),
      assert: z.array(assertionSchema).max(100).default([]).describe('What holds of its values. Each is checked; all that fail are shown.'),
      usage: z
        .strictObject({
          tokens: bound.optional().describe('Input and output tokens together.'),
          usd: bound.optional().describe('US dollars.'),
          calls: bound.optional().describe('Model calls.'),
        })
        .optional()
        .describe('What it may use.'),
    })
    .default({ status: 'succeeded', assert: [] })
    .describe('What has to come out.'),
})

export type PipelineTest = z.infer<typeof pipelineTestSchema>
export type Assertion = z.infer<typeof assertionSchema>
