import { z } from 'zod'
import { defineStep } from '@pipewright/kernel'

/** Ends the pipeline before its end, with a result. */
export const stopStep = defineStep({
  contract: 'v1',
  id: 'stop',
  summary: 'Ends the pipeline early, with a result: what has not begun is not begun any more.',
  input: z.strictObject({
    outputs: z.record(z.string(), z.unknown()).default({}).describe('The pipeline’s outputs; those that are not named are null.'),
    reason: z.string().max(2000).optional().describe('Why, for people.'),
  }),
  output: z.null().describe('Nothing: no step comes after it.'),
  deterministic: true,
  safeToRepeat: true,
  usesModel: false,
  effect: true,
  stops: true,
  class: 'analysis',
  async run({ outputs, reason }, context) {
    context.signal.throwIfAborted()
    return context.stop({ outputs, ...(reason === undefined ? {} : { reason }) })
  },
})
