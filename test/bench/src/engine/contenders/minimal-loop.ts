import { counterSchema, increment } from '../../../fixtures/increment-plugin/increment.ts'
import type { CreateContender } from '../../measure/contender.ts'
import { runLoop, type LoopStep } from '../minimal-loop.ts'
import { doRuns, fanOutItems, type Work } from '../work.ts'

/** The minimal DAG loop, with the schemas that ours has. */
export const create: CreateContender = async (work) => {
  const steps = work.shape === 'chain' ? chain(work.steps) : fanOut(work)
  const ids = steps.map(({ id }) => id)
  const last = ids.at(-1) ?? ''
  return {
    prepare: async () => ({
      run: () =>
        doRuns(work, async () => {
          const outputs = await runLoop(steps, work.concurrency)
          return work.shape === 'chain' ? outputs.get(last) : ids.map((id) => outputs.get(id))
        }),
    }),
  }
}

const parts: Pick<LoopStep, 'input' | 'output' | 'run'> = {
  input: counterSchema,
  output: counterSchema,
  run: (input) => increment(counterOf(input)),
}

function chain(length: number): LoopStep[] {
  return Array.from({ length }, (_, index) => {
    const before = `step_${index - 1}`
    if (index === 0) return { ...parts, id: 'step_0', dependsOn: [], from: () => ({ value: 0 }) }
    return { ...parts, id: `step_${index}`, dependsOn: [before], from: (outputs) => ({ value: counterOf(outputs.get(before)).value }) }
  })
}

function fanOut(work: Work): LoopStep[] {
  return fanOutItems(work).map((item, index) => ({ ...parts, id: `each[${index}]`, dependsOn: [], from: () => ({ value: item.value }) }))
}

/** The loop has held it against the schema. */
function counterOf(value: unknown): { value: number } {
  return value as { value: number }
}
