import { z } from 'zod'
import { defineStep, PipewrightError } from '@pipewright/kernel'

/** Waits for a person to say yes. */
export const approvalStep = defineStep({
  contract: 'v1',
  id: 'approval',
  summary: 'Pauses the run until a person approves; ends it when the person refuses.',
  input: z.strictObject({
    message: z.string().min(1).max(5000).describe('What the person is asked.'),
    subject: z.unknown().optional().describe('What the person is shown to decide on.'),
  }),
  output: z.object({
    approved: z.literal(true).describe('Always true: a refusal ends the run.'),
    reason: z.string().nullable().describe('Why, if the person said.'),
    by: z.string().describe('Who said yes.'),
  }),
  deterministic: false,
  safeToRepeat: true,
  usesModel: false,
  effect: true,
  class: 'validation',
  async run({ message, subject }, context) {
    const answer = await context.ask({ kind: 'approval', message, ...(subject === undefined ? {} : { subject }) })
    if (!answer.approved)
      throw new PipewrightError('APPROVAL_REJECTED', `${answer.by} said no to: ${message}${answer.reason ? ` (${answer.reason})` : ''}`)
    return { approved: true as const, reason: answer.reason ?? null, by: answer.by }
  },
})
