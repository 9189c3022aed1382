import { z } from 'zod'
import { defineStage, validationLevels } from '@pipewright/kernel'

const findingShape = z.looseObject({
  level: z.enum(validationLevels).describe('The validation that found it.'),
  severity: z.enum(['error', 'warning']).describe('Whether it stands in the way.'),
  code: z.string().describe('Its code, as the table of errors has it.'),
  message: z.string().describe('What it is.'),
})

/** Validates what was written, at the four levels that need no run, and prices it. */
export const validateStage = defineStage({
  contract: 'v1',
  id: 'validate',
  summary: 'Validates the pipeline at the first four levels and estimates its cost.',
  reads: z.strictObject({ pipeline: z.string().describe('The text of the pipeline.') }),
  writes: z.strictObject({
    ok: z.boolean().describe('Whether there is no error.'),
    findings: z.array(findingShape).describe('What validation has to say.'),
    estimate: z.unknown().describe('What a run will cost: low, expected, worst.'),
  }),
  usesModel: false,
  async run({ pipeline }, { genesis }) {
    const { findings, estimate } = await genesis.validate(pipeline, { inputs: {} })
    return {
      ok: findings.every((finding) => finding.severity !== 'error'),
      findings: findings.map((finding) => ({ ...finding })),
      estimate,
    }
  },
})
