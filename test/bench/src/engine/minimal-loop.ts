/** What a schema of zod does for the loop. */
interface Schema {
  parse(value: unknown): unknown
}

export interface LoopStep {
  readonly id: string
  readonly dependsOn: readonly string[]
  readonly input: Schema
  readonly output: Schema
  /** Makes the step's input from the outputs so far. */
  readonly from: (outputs: ReadonlyMap<string, unknown>) => unknown
  readonly run: (input: unknown) => Promise<unknown>
}

/**
 * The least that runs a DAG: what any engine has to do, and so what bounds them all.
 *
 * It starts each step once all that it depends on is done (by counting down what it waits for), awaits its function, holds
 * its input and its output against their zod schemas, and keeps the output in a map.
 *
 * It has no documents, templates, conditions, journal, events, attempts, time limits, budgets, cancelling or errors that
 * say where: the first thing that is thrown rejects the whole, and what runs then is left to itself.
 *
 * @param concurrency how many steps run at once at most
 */
export function runLoop(steps: readonly LoopStep[], concurrency: number): Promise<ReadonlyMap<string, unknown>> {
  const outputs = new Map<string, unknown>()
  const waitingFor = new Map<LoopStep, number>()
  const dependents = new Map<string, LoopStep[]>()
  const ready: LoopStep[] = []
  for (const step of steps) {
    waitingFor.set(step, step.dependsOn.length)
    if (step.dependsOn.length === 0) ready.push(step)
    for (const id of step.dependsOn) {
      const list = dependents.get(id)
      if (list) list.push(step)
      else dependents.set(id, [step])
    }
  }
  return new Promise((resolve, reject) => {
    let next = 0
    let running = 0
    const runStep = async (step: LoopStep): Promise<void> => {
      const output = step.output.parse(await step.run(step.input.parse(step.from(outputs))))
      outputs.set(step.id, output)
      running -= 1
      for (const dependent of dependents.get(step.id) ?? []) {
        const left = (waitingFor.get(dependent) ?? 0) - 1
        waitingFor.set(dependent, left)
        if (left === 0) ready.push(dependent)
      }
      pump()
    }
    const pump = (): void => {
      for (let step = ready[next]; step && running < concurrency; step = ready[++next]) {
        running += 1
        runStep(step).catch(reject)
      }
      if (running === 0) resolve(outputs)
    }
    pump()
  })
}
