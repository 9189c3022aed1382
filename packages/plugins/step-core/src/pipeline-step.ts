import { z } from 'zod'
import { defineStep, freeEstimate } from '@pipewright/kernel'

/** Runs another pipeline as one step. */
export const pipelineStep = defineStep({
  contract: 'v1',
  id: 'pipeline',
  summary: 'Runs another pipeline of the project as one step, within the same budget.',
  input: z.strictObject({
    file: z.string().min(1).describe('The pipeline’s file, relative to the file that this step stands in.'),
    inputs: z.record(z.string(), z.unknown()).default({}).describe('Its inputs.'),
  }),
  output: z.record(z.string(), z.unknown()).describe('Its outputs.'),
  deterministic: false,
  safeToRepeat: true,
  usesModel: false,
  effect: true,
  sensitive: ['file'],
  class: 'generation',
  estimate: ({ file }, context) => (typeof file === 'string' && !file.includes('{{') ? context.estimatePipeline(file) : freeEstimate),
  run: async ({ file, inputs }, context) => ({ ...(await context.runPipeline(file, inputs)) }),
})
