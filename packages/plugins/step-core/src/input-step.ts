import { z } from 'zod'
import { defineStep, PipewrightError } from '@pipewright/kernel'
import { compileAnswerSchema } from './structured-answer.js'

/** Waits for a person to give a value. */
export const inputStep = defineStep({
  contract: 'v1',
  id: 'input',
  summary: 'Asks a person for a value, and pauses the run until there is one.',
  input: z.strictObject({
    message: z.string().min(1).max(5000).describe('What the person is asked.'),
    schema: z
      .record(z.string(), z.unknown())
      .default({ type: 'string' })
      .describe('A JSON Schema that the value has to fit. Default: any text.'),
    subject: z.unknown().optional().describe('What the person is shown beside the question.'),
    default: z.unknown().optional().describe('What is proposed, and taken when the person gives no value of their own.'),
  }),
  output: z.object({
    value: z.unknown().describe('The value, which fits the schema.'),
    by: z.string().describe('Who gave it.'),
  }),
  deterministic: false,
  safeToRepeat: true,
  usesModel: false,
  effect: true,
  class: 'validation',
  async run({ message, schema, subject, default: proposed }, context) {
    // A schema that cannot be used, or a proposal that does not fit it, is found before anybody is asked.
    const check = compileAnswerSchema(schema)
    const problemIn = (value: unknown): string =>
      check(value)
        .map((problem) => `${problem.path} ${problem.message}`.trim())
        .join('; ')
    if (proposed !== undefined && problemIn(proposed) !== '')
      throw new PipewrightError('STEP_INPUT_INVALID', `The default does not fit the schema: ${problemIn(proposed)}.`)
    const answer = await context.ask({
      kind: 'input',
      message,
      schema,
      ...(subject === undefined ? {} : { subject }),
      ...(proposed === undefined ? {} : { default: proposed }),
    })
    if (!answer.approved)
      throw new PipewrightError(
        'APPROVAL_REJECTED',
        `${answer.by} gave no answer to: ${message}${answer.reason ? ` (${answer.reason})` : ''}`,
      )
    const value = answer.value === undefined ? proposed : answer.value
    const problem = value === undefined ? 'there is none' : problemIn(value)
    if (problem !== '') throw new PipewrightError('INPUT_INVALID', `The value that ${answer.by} gave does not fit: ${problem}.`)
    return { value, by: answer.by }
  },
})
