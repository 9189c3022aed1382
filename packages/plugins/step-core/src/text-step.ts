import { z } from 'zod'
import { defineStep } from '@pipewright/kernel'

/** Makes a text out of a template. */
export const textStep = defineStep({
  contract: 'v1',
  id: 'text',
  summary: 'Makes a text out of a template.',
  input: z.strictObject({ text: z.string().describe('The text, with {{ values }} in it.') }),
  output: z.string(),
  deterministic: true,
  safeToRepeat: true,
  usesModel: false,
  class: 'generation',
  run: async ({ text }) => text,
})
