import { createStepContext, testStep } from '@pipewright/kernel/conformance'
import { expect, test } from 'vitest'
import { approvalStep } from './approval-step.js'

const said = { by: 'Ada', at: '2026-11-25T09:00:00.000Z' }

testStep(approvalStep, {
  examples: [
    { name: 'a yes', input: { message: 'Send it?' }, context: () => ({ answer: { ...said, approved: true } }) },
    {
      name: 'a yes with a reason, to something that was shown',
      input: { message: 'Send it?', subject: { to: 'everybody' } },
      context: () => ({ answer: { ...said, approved: true, reason: 'looks good' } }),
    },
  ],
  refused: [{}, { message: '' }, { message: 7 }, { message: 'x'.repeat(5001) }],
})

test('asks with what there is to see, and pauses while nobody has answered', async () => {
  const { context, questions } = await createStepContext()
  await expect(approvalStep.run({ message: 'Send it?', subject: [1, 2] }, context)).rejects.toThrow()
  expect(questions).toEqual([{ kind: 'approval', message: 'Send it?', subject: [1, 2] }])
})

test('a no ends the run, and says who said it and why', async () => {
  const { context } = await createStepContext({ answer: { ...said, approved: false, reason: 'too early' } })
  await expect(approvalStep.run({ message: 'Send it?' }, context)).rejects.toMatchObject({
    code: 'APPROVAL_REJECTED',
    message: 'Ada said no to: Send it? (too early)',
  })
})
