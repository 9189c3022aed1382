import { createStepContext, testStep } from '@pipewright/kernel/conformance'
import { expect, test } from 'vitest'
import { branchStep } from './branch-step.js'

testStep(branchStep, {
  examples: [
    { name: 'a case', input: { on: 'high', cases: { high: 1, low: 2 } } },
    { name: 'everything else', input: { on: 'middle', cases: { high: 1 }, default: [0] } },
    { name: 'a yes or no', input: { on: true, cases: { true: { send: 'now' }, false: null } } },
  ],
  refused: [{}, { on: 'a' }, { on: ['a'], cases: {} }, { on: 'a', cases: [] }],
})

const choose = async (input: unknown): ReturnType<typeof branchStep.run> => {
  const { context } = await createStepContext()
  return branchStep.run(branchStep.input.parse(input), context)
}

test.each<[unknown, unknown]>([
  [
    { on: 2, cases: { 2: 'two' } },
    { case: '2', value: 'two' },
  ],
  [
    { on: null, cases: { null: 'none' } },
    { case: 'null', value: 'none' },
  ],
  [
    { on: 'toString', cases: {}, default: 'other' },
    { case: 'default', value: 'other' },
  ],
  [
    { on: 'off', cases: { off: false } },
    { case: 'off', value: false },
  ],
])('%j gives %j', async (input, output) => {
  expect(await choose(input)).toEqual(output)
})

test('without a default, a value that has no case is an error that names the cases', async () => {
  await expect(choose({ on: 'medium', cases: { high: 1, low: 2 } })).rejects.toMatchObject({
    code: 'STEP_INPUT_INVALID',
    message: 'There is no case for "medium".',
    hint: 'Cases: high, low. Add one, or a default.',
  })
})
