import type { PlannedStep } from '@pipewright/kernel'
import { printable } from '../printable.js'

/** What a step does, in a word. */
export function usesOf({ document, work }: PlannedStep): string {
  return work.kind === 'call' ? (document.uses ?? '') : work.kind
}

export function modelsOf({ work }: PlannedStep): readonly string[] {
  return work.kind === 'call' ? work.models : []
}

/** What is said of a step beside its id, each on a line of its own. */
export function labelsOf(step: PlannedStep): readonly string[] {
  const { document, work, onError } = step
  const [model, ...others] = modelsOf(step)
  const does = work.kind === 'switch' ? `switch on ${shown(document.switch)}` : work.kind === 'call' ? usesOf(step) : null
  return [
    ...(does === null ? [] : [model === undefined ? does : `${does} · ${model}`]),
    ...(others.length === 0 ? [] : [`else ${others.join(', ')}`]),
    ...(document.if === undefined ? [] : [`if ${shown(document.if)}`]),
    ...(document.for_each === undefined ? [] : [`for each of ${itemsText(document.for_each)}`]),
    ...(document.while === undefined ? [] : [`while ${shown(document.while)}, at most ${document.max_iterations} times`]),
    ...(document.until === undefined ? [] : [`until ${shown(document.until)}, at most ${document.max_iterations} times`]),
    ...(onError.kind === 'continue' ? ['on error: goes on'] : []),
    ...(onError.kind === 'model' ? [`on error: ${onError.model}`] : []),
  ]
}

/** Steps inside of a step, under what they are to it. */
export interface InnerSteps {
  /** Null for the steps of a group, which need no name. */
  readonly title: string | null
  readonly steps: readonly PlannedStep[]
}

export function innerSteps({ work, onError }: PlannedStep): readonly InnerSteps[] {
  return [
    ...(work.kind === 'group' ? [{ title: null, steps: work.block.steps }] : []),
    ...(work.kind === 'switch' ? [...work.cases].map(([name, { steps }]) => ({ title: `case ${shown(name)}:`, steps })) : []),
    ...(work.kind === 'switch' && work.otherwise ? [{ title: 'default:', steps: work.otherwise.steps }] : []),
    ...(work.kind === 'call' && work.tools.length > 0 ? [{ title: 'tools:', steps: work.tools.map(({ step }) => step) }] : []),
    ...(onError.kind === 'step' ? [{ title: 'on error:', steps: [onError.step] }] : []),
  ]
}

function itemsText(given: NonNullable<PlannedStep['document']['for_each']>): string {
  if (typeof given === 'string') return shown(given)
  if (Array.isArray(given)) return `${given.length} items`
  return 'files' in given ? `the files ${shown(given.files)}` : `${shown(given.from)} to ${shown(given.to)}`
}

/** A value of the document in a line: what stands in `{{ }}` without them. */
function shown(value: unknown): string {
  const text = String(value).trim()
  const inner = /^\{\{-?((?:(?!\}\}|\{\{)[\s\S])*?)-?\}\}$/.exec(text)?.[1]
  return printable((inner ?? text).trim().replaceAll(/\s+/g, ' '))
}
