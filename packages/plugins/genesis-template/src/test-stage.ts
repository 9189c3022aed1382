import { z } from 'zod'
import { defineStage } from '@pipewright/kernel'
import { packageFileShape } from './shapes.js'

/** The fifth validation: runs the tests that come with the pipeline. */
export const testStage = defineStage({
  contract: 'v1',
  id: 'test',
  summary: 'Runs the pipeline’s own tests: the fifth validation, quality.',
  reads: z.strictObject({ files: z.array(packageFileShape).describe('The pipeline with its tests and cassettes.') }),
  writes: z.strictObject({
    passed: z.int().describe('How many passed.'),
    failed: z.int().describe('How many failed.'),
    outcomes: z
      .array(
        z.strictObject({
          name: z.string().describe('What the test says holds.'),
          kind: z.string().describe('What kind of test it is.'),
          ok: z.boolean().describe('Whether it passed.'),
          failures: z.array(z.string()).describe('What does not hold.'),
          origin: z.enum(['real', 'simulated', 'authored']).nullable().describe('Where its model answers come from; null without any.'),
        }),
      )
      .describe('Each test.'),
  }),
  usesModel: false,
  async run({ files }, { genesis }) {
    const outcomes = await genesis.runTests(files)
    const passed = outcomes.filter((outcome) => outcome.ok).length
    return {
      passed,
      failed: outcomes.length - passed,
      outcomes: outcomes.map(({ name, kind, ok, failures, origin }) => ({ name, kind, ok, failures: [...failures], origin })),
    }
  },
})
