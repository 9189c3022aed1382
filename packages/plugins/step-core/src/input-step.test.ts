import { createStepContext, testStep } from '@pipewright/kernel/conformance'
import { describe, expect, test } from 'vitest'
import { inputStep } from './input-step.js'

const given = { approved: true, by: 'Ada', at: '2026-11-25T09:00:00.000Z' }
const schema = { type: 'object', required: ['amount'], properties: { amount: { type: 'number', minimum: 0 } } }

testStep(inputStep, {
  examples: [
    { name: 'a text', input: { message: 'Which city?' }, context: () => ({ answer: { ...given, value: 'Bonn' } }) },
    {
      name: 'a value that fits a schema',
      input: { message: 'How much?', schema, subject: { order: 7 } },
      context: () => ({ answer: { ...given, value: { amount: 3 } } }),
    },
    { name: 'what was proposed', input: { message: 'Which city?', default: 'Köln' }, context: () => ({ answer: given }) },
  ],
  refused: [{}, { message: '' }, { message: 7 }, { message: 'x'.repeat(5001) }, { message: 'x', schema: 'text' }],
})

async function ask(input: object, answer?: Parameters<typeof createStepContext>[0] & object): Promise<unknown> {
  const { context } = await createStepContext(answer)
  return inputStep.run(inputStep.input.parse({ message: 'How much?', ...input }), context)
}

test('asks with what there is to see and what is proposed, and pauses while nobody has answered', async () => {
  const { context, questions } = await createStepContext()
  const asked = { message: 'How much?', schema, subject: [1, 2], default: { amount: 1 } }
  await expect(inputStep.run(inputStep.input.parse(asked), context)).rejects.toThrow()
  expect(questions).toEqual([{ kind: 'input', ...asked }])
})

describe('an answer', () => {
  test('counts before the proposal, and may be empty', async () => {
    expect(await ask({ default: 'much' }, { answer: { ...given, value: '' } })).toEqual({ value: '', by: 'Ada' })
    expect(await ask({ default: 'much', schema: {} }, { answer: { ...given, value: null } })).toEqual({ value: null, by: 'Ada' })
  })

  test.each([
    [{ schema }, { amount: -1 }, '/amount must be >= 0'],
    [{ schema }, {}, "must have required property 'amount'"],
    [{}, 7, 'must be string'],
    [{}, undefined, 'there is none'],
  ])('that does not fit %j is an error: %j', async (input, value, message) => {
    await expect(ask(input, { answer: { ...given, value } })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: `The value that Ada gave does not fit: ${message}.`,
    })
  })

  test('that is a refusal ends the run, and says who said it and why', async () => {
    await expect(ask({}, { answer: { ...given, approved: false, reason: 'I do not know' } })).rejects.toMatchObject({
      code: 'APPROVAL_REJECTED',
      message: 'Ada gave no answer to: How much? (I do not know)',
    })
  })
})

test.each([
  ['a schema that cannot be used', { schema: { type: 'strnig' } }],
  ['a proposal that does not fit', { schema, default: { amount: 'much' } }],
])('nobody is asked with %s', async (_what, input) => {
  const { context, questions } = await createStepContext()
  await expect(inputStep.run(inputStep.input.parse({ message: 'x', ...input }), context)).rejects.toMatchObject({
    code: 'STEP_INPUT_INVALID',
  })
  expect(questions).toEqual([])
})
