import { createStep, createWorkflow } from '@mastra/core/workflows'
import { z } from 'zod'
import { counterSchema, increment } from '../../../fixtures/increment-plugin/increment.ts'
import type { CreateContender } from '../../measure/contender.ts'
import { doRuns, fanOutItems, type Work } from '../work.ts'

/** A Mastra workflow with no storage and no telemetry, which is the fastest that it has. */
export const create: CreateContender = async (work) => {
  const start = work.shape === 'chain' ? chain(work.steps) : fanOut(work)
  return {
    prepare: async () => ({
      run: () =>
        doRuns(work, async () => {
          const outcome = await start()
          if (outcome.status !== 'success') throw new Error(`the workflow ended as ${outcome.status}`)
          return outcome.result
        }),
    }),
  }
}

type Start = () => Promise<{ readonly status: string; readonly result?: unknown }>

function incrementStep(index: number) {
  return createStep({
    id: `step_${index}`,
    inputSchema: counterSchema,
    outputSchema: counterSchema,
    execute: ({ inputData }) => increment(inputData),
  })
}

function chain(steps: number): Start {
  let workflow = createWorkflow({ id: 'chain', inputSchema: counterSchema, outputSchema: counterSchema }).then(incrementStep(0))
  for (let index = 1; index < steps; index++) workflow = workflow.then(incrementStep(index))
  const committed = workflow.commit()
  return async () => (await committed.createRun()).start({ inputData: { value: 0 } })
}

function fanOut(work: Work): Start {
  const list = z.array(counterSchema)
  const workflow = createWorkflow({ id: 'fan-out', inputSchema: list, outputSchema: list })
    .foreach(incrementStep(0), { concurrency: work.concurrency })
    .commit()
  const inputData = fanOutItems(work)
  return async () => (await workflow.createRun()).start({ inputData })
}
