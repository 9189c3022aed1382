import { blocksOf, type PlannedBlock, type PlannedStep, type PlannedSwitch } from '../pipeline/plan.js'
import type { Scope } from '../pipeline/template-engine.js'
import type { Items } from './list-items.js'
import type { StepValue } from './run-block.js'

/** What templates of a block see: what is around it, and its own steps as they are done. */
export type BlockValues = Scope & { readonly steps: Record<string, StepValue> }

const notRun: StepValue = { output: null, status: 'skipped', error: null, errors: [] }

/** What templates of a step see while it is done for one item. */
export function itemValues({ forEach }: PlannedStep, values: Scope, items: Items, index: number): Scope {
  const item = items[index]
  return { ...values, item, index, ...(forEach?.as ? { [forEach.as]: item } : {}) }
}

/** Steps inside of a step see what it can see and each other; nobody outside sees them. */
export function innerValues({ reads }: PlannedStep, values: Scope): BlockValues {
  const around = values['steps'] as Readonly<Record<string, StepValue>>
  const steps: Record<string, StepValue> = {}
  for (const id of reads) {
    const value = around[id]
    if (value) steps[id] = value
  }
  return { ...values, steps }
}

/** The block of the case that a value names. The steps of the others count as skipped, so that an output can refer to all. */
export function chooseCase(work: PlannedSwitch, step: PlannedStep, values: BlockValues): PlannedBlock | null {
  const value = work.on.evaluate(values)
  const chosen = work.cases.get(typeof value === 'string' ? value : JSON.stringify(value)) ?? work.otherwise
  for (const block of blocksOf(step)) if (block !== chosen) for (const { id } of block.steps) values.steps[id] = notRun
  return chosen
}

/** The paths of the steps in a step that is at a path. */
export function partPaths(step: PlannedStep, path: string): string[] {
  return blocksOf(step).flatMap((block) => block.steps.map(({ id }) => `${path}/${id}`))
}
