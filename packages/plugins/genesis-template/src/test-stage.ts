import { z } from 'zod'
import { defineStage } from '@pipewright/kernel'
import { packageFileShape } from './shapes.js'

/** The fifth validation: runs the tests that come with the pipeline. */
export const testStage = defineStage({
  contract: 'v1',
  id: 'test',
  summary: 'Runs the pipeline’s own tests: the fifth validation, quality.',
  reads: z.strictObject({ files: z.array(packageFileShape) }),
  writes: z.strictObject({
    passed: z.int(),
    failed: z.int(),
    outcomes: z.array(
      z.strictObject({
        name: z.string(),
        kind: z.string(),
        ok: z.boolean(),
        failures: z.array(z.string()),
        origin: z.enum(['real', 'simulated', 'authored']).nullable(),
      }),
    ),
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
