import { z } from 'zod'
import { defineStage, validationLevels } from '@pipewright/kernel'

const findingShape = z.looseObject({
  level: z.enum(validationLevels),
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  message: z.string(),
})

/** Validates what was written, at the four levels that need no run, and prices it. */
export const validateStage = defineStage({
  contract: 'v1',
  id: 'validate',
  summary: 'Validates the pipeline at the first four levels and estimates its cost.',
  reads: z.strictObject({ pipeline: z.string() }),
  writes: z.strictObject({ ok: z.boolean(), findings: z.array(findingShape), estimate: z.unknown() }),
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
