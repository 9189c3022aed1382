import { Annotation, END, Send, START, StateGraph } from '@langchain/langgraph'
import { increment, type Counter } from '../../../fixtures/increment-plugin/increment.ts'
import type { CreateContender } from '../../measure/contender.ts'
import { doRuns, fanOutItems, type Work } from '../work.ts'

/** A LangGraph StateGraph with no checkpointer; it does not check what its nodes return. */
export const create: CreateContender = async (work) => {
  const invoke = work.shape === 'chain' ? chain(work.steps) : fanOut(work)
  return { prepare: async () => ({ run: () => doRuns(work, invoke) }) }
}

function chain(steps: number): () => Promise<unknown> {
  const graph = new StateGraph<typeof Counted.spec, typeof Counted.State, typeof Counted.Update, string>(Counted)
  let before: string = START
  for (let index = 0; index < steps; index++) {
    const name = `step_${index}`
    graph.addNode(name, increment).addEdge(before, name)
    before = name
  }
  const compiled = graph.addEdge(before, END).compile()
  // Each step is one of its supersteps, of which it allows 25 unless told otherwise.
  return () => compiled.invoke({ value: 0 }, { recursionLimit: steps + 2 })
}

/** Its map and reduce: one `Send` for each item, and a reducer that gathers what comes back. */
function fanOut(work: Work): () => Promise<unknown> {
  const graph = new StateGraph(Gathered)
    .addNode('each', async (item: Counter) => ({ results: [await increment(item)] }))
    .addConditionalEdges(START, ({ items }) => items.map((item) => new Send('each', item)), ['each'])
    .addEdge('each', END)
    .compile()
  const items = fanOutItems(work)
  return async () => (await graph.invoke({ items }, { maxConcurrency: work.concurrency })).results
}

const Counted = Annotation.Root({ value: Annotation<number> })
const Gathered = Annotation.Root({
  items: Annotation<Counter[]>,
  results: Annotation<Counter[]>({
    default: () => [],
    // In place, which is the fastest: a new list for each of 10,000 items would be quadratic.
    reducer: (all, more) => {
      all.push(...more)
      return all
    },
  }),
})
