import { z } from 'zod'

const bound = z.strictObject({ at_most: z.number().optional(), at_least: z.number().optional() })

const matchers = {
  equals: z.unknown().optional(),
  /** A text holds the text, a list an equal element, a map the key. */
  contains: z.unknown().optional(),
  /** A JavaScript regular expression. */
  matches: z.string().max(300).optional(),
  has_length: z.int().min(0).optional(),
  at_most: z.number().optional(),
  at_least: z.number().optional(),
  /** A JSON Schema. */
  schema: z.record(z.string(), z.unknown()).optional(),
  not_equals: z.unknown().optional(),
  not_contains: z.unknown().optional(),
  not_matches: z.string().max(300).optional(),
  not_has_length: z.int().min(0).optional(),
}

export const assertionSchema = z.strictObject({
  /** `outputs.urgent`, `steps.triage.output[0].level`, `output` in a unit test. */
  path: z.string().min(1).max(300),
  ...matchers,
})

/** A `*.test.yaml` file. */
export const pipelineTestSchema = z.strictObject({
  /** What holds, as a sentence. */
  test: z.string().min(1).max(300),
  kind: z.enum(['unit', 'integration', 'performance', 'regression']).default('integration'),
  /** For a unit test: the one step that runs. */
  step: z.string().optional(),
  /** For a unit test: the outputs of the steps that it refers to. */
  steps: z.record(z.string(), z.unknown()).default({}),
  inputs: z.record(z.string(), z.unknown()).default({}),
  /** What answers model calls. */
  model: z.enum(['cassette', 'simulated', 'live']).default('cassette'),
  expect: z
    .strictObject({
      status: z.enum(['succeeded', 'failed', 'paused', 'stopped']).default('succeeded'),
      /** The code of the error that the run ends with. */
      error: z.string().optional(),
      assert: z.array(assertionSchema).max(100).default([]),
      usage: z.strictObject({ tokens: bound.optional(), usd: bound.optional(), calls: bound.optional() }).optional(),
    })
    .default({ status: 'succeeded', assert: [] }),
})

export type PipelineTest = z.infer<typeof pipelineTestSchema>
export type Assertion = z.infer<typeof assertionSchema>
