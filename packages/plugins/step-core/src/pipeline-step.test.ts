import { createEstimateContext, createStepContext, testStep } from '@pipewright/kernel/conformance'
import { expect, test } from 'vitest'
import { pipelineStep } from './pipeline-step.js'

const pipelines = { 'greet.yaml': ({ name }: Readonly<Record<string, unknown>>) => ({ greeting: `Hello ${String(name)}` }) }

testStep(pipelineStep, {
  examples: [{ name: 'another pipeline', input: { file: 'greet.yaml', inputs: { name: 'Ada' } }, context: () => ({ pipelines }) }],
  refused: [{}, { file: '' }, { file: 'a.yaml', inputs: [] }],
})

test('gives the other pipeline’s outputs', async () => {
  const { context } = await createStepContext({ pipelines })
  expect(await pipelineStep.run({ file: 'greet.yaml', inputs: { name: 'Ada' } }, context)).toEqual({ greeting: 'Hello Ada' })
})

test('costs what the other pipeline costs, and nothing is guessed when its name is not known yet', async () => {
  const cost = { tokens: 7, usd: 1, timeMs: 1 }
  const context = createEstimateContext({ estimatePipeline: async () => ({ low: cost, expected: cost, worst: cost }) })
  expect((await pipelineStep.estimate?.({ file: 'greet.yaml' }, context))?.worst).toEqual(cost)
  expect((await pipelineStep.estimate?.({ file: '{{ inputs.which }}.yaml' }, context))?.worst.tokens).toBe(0)
})
