import { createStepContext, testStep } from '@pipewright/kernel/conformance'
import { expect, test } from 'vitest'
import { stopStep } from './stop-step.js'

testStep(stopStep, {
  examples: [
    { name: 'with nothing', input: {} },
    { name: 'with outputs and a reason', input: { outputs: { found: 0, list: [] }, reason: 'There is nothing to do.' } },
  ],
  refused: [{ outputs: [] }, { reason: 7 }, { reason: 'x'.repeat(2001) }],
})

test('ends its pipeline with what it is given, and gives nothing itself', async () => {
  const { context, stops } = await createStepContext()
  await expect(stopStep.run(stopStep.input.parse({ outputs: { found: 0 }, reason: 'Nothing new.' }), context)).rejects.toThrow()
  expect(stops).toEqual([{ outputs: { found: 0 }, reason: 'Nothing new.' }])
})

test('does not end a pipeline whose run has ended already', async () => {
  const { context, stops } = await createStepContext({ overrides: { signal: AbortSignal.abort(new Error('cancelled')) } })
  await expect(stopStep.run(stopStep.input.parse({}), context)).rejects.toThrow('cancelled')
  expect(stops).toEqual([])
})
