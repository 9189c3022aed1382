import { z } from 'zod'
import { defineStage } from '@pipewright/kernel'

/**
 * How much to trust the result, 0..1: how well the template fits (half), what share of its parameters the requirement or a
 * default settles (a fifth), and whether validation and tests pass (the rest). A rule of thumb, stated and not yet calibrated.
 */
export const concludeStage = defineStage({
  contract: 'v1',
  id: 'conclude',
  summary: 'Says how much to trust the result.',
  reads: z.strictObject({
    score: z.number().describe('How well the template fits, 0 to 1.'),
    filled: z.int().describe('How many parameters the requirement or an answer gives.'),
    defaulted: z.int().describe('How many keep the template’s default.'),
    required: z.int().describe('How many have to be given when the pipeline runs.'),
    valid: z.boolean().describe('Whether the validations passed.'),
    passed: z.int().describe('How many tests passed.'),
    failed: z.int().describe('How many tests failed.'),
  }),
  writes: z.strictObject({
    confidence: z.number().min(0).max(1).describe('How much to trust the result.'),
    maturity: z.literal('experimental').describe('What everything that genesis makes starts as.'),
  }),
  usesModel: false,
  async run({ score, filled, defaulted, required, valid, passed, failed }) {
    if (!valid) return { confidence: 0, maturity: 'experimental' as const }
    const parameters = filled + defaulted + required
    const settled = parameters === 0 ? 1 : (filled + defaulted) / parameters
    const tested = passed > 0 && failed === 0 ? 1 : 0
    const confidence = 0.5 * Math.min(1, score) + 0.2 * settled + 0.1 + 0.2 * tested
    return { confidence: Math.round(Math.min(1, confidence) * 100) / 100, maturity: 'experimental' as const }
  },
})
