import type { ToolDocument } from './document-schema.js'
import type { Plan, PlannedBlock, PlannedStep } from './plan.js'

/** Where a step stands among the others. */
export interface StepPlace {
  readonly step: PlannedStep
  /** The step that it is inside of; null for those of the document's own lists. */
  readonly around: PlannedStep | null
  /** Where that one stands. A document that is wrong may give a step the id of one around it, so ids do not lead there. */
  readonly outer: StepPlace | null
  /** What it is to the step around it. */
  readonly as:
    | { readonly kind: 'block' }
    | { readonly kind: 'case'; readonly name: string }
    | { readonly kind: 'default' }
    | { readonly kind: 'fallback' }
    | { readonly kind: 'tool'; readonly tool: ToolDocument }
  /** The steps beside it, itself included; for fallbacks and tools, itself alone. */
  readonly block: PlannedBlock
}

/** Every step of a plan by its id, with where it stands. Outer ones before inner ones. */
export function stepPlaces(plan: Pick<Plan, 'block' | 'finally'>): ReadonlyMap<string, StepPlace> {
  const places = new Map<string, StepPlace>()
  const addBlock = (block: PlannedBlock, outer: StepPlace | null, as: StepPlace['as']): void => {
    for (const step of block.steps) add({ step, around: outer?.step ?? null, outer, as, block })
  }
  const add = (place: StepPlace): void => {
    const { step } = place
    places.set(step.id, place)
    const { work, onError } = step
    if (work.kind === 'group') addBlock(work.block, place, { kind: 'block' })
    if (work.kind === 'switch') {
      for (const [name, block] of work.cases) addBlock(block, place, { kind: 'case', name })
      if (work.otherwise) addBlock(work.otherwise, place, { kind: 'default' })
    }
    if (onError.kind === 'step')
      add({ step: onError.step, around: step, outer: place, as: { kind: 'fallback' }, block: alone(onError.step) })
    if (work.kind === 'call')
      for (const { document, step: tool } of work.tools)
        add({ step: tool, around: step, outer: place, as: { kind: 'tool', tool: document }, block: alone(tool) })
  }
  addBlock(plan.block, null, { kind: 'block' })
  addBlock(plan.finally, null, { kind: 'block' })
  return places
}

/** A step's place and those of the steps around it, the nearest first. */
export function outwards(places: ReadonlyMap<string, StepPlace>, id: string): readonly StepPlace[] {
  const found: StepPlace[] = []
  for (let place = places.get(id) ?? null; place; place = place.outer) found.push(place)
  return found
}

function alone(step: PlannedStep): PlannedBlock {
  return { steps: [step], output: null }
}
