import type { DocumentPath } from './source-map.js'
import { outwards, type StepPlace } from './step-places.js'

/** Keys of a step that are looked at before it has an item, and before it begins to loop. */
const beforeItems = new Set(['if', 'for_each', 'needs'])
const outsideLoop = new Set([...beforeItems, 'on_error'])

/** Where a template stands. */
export interface TemplatePlace {
  /** The id of the step that it is part of; null for outputs and variables. */
  readonly step: string | null
  readonly path: DocumentPath
}

/** The step that gives `item`, `index`, `loop`, `arguments`, `error` or the name of an item its value at a place. */
export function wordOwner(word: string, place: TemplatePlace, places: ReadonlyMap<string, StepPlace>): StepPlace | null {
  if (place.step === null) return null
  let key = ownKey(place, places)
  for (const around of outwards(places, place.step)) {
    if (gives(around, word, key)) return around
    // Seen from a step around, a fallback stands in `on_error` and a tool in `tools`.
    key = around.as.kind === 'fallback' ? 'on_error' : 'steps'
  }
  return null
}

function ownKey({ step, path }: TemplatePlace, places: ReadonlyMap<string, StepPlace>): string {
  return String(path[places.get(step ?? '')?.step.at.length ?? 0])
}

function gives({ step, as }: StepPlace, word: string, key: string): boolean {
  switch (word) {
    case 'arguments':
      return as.kind === 'tool'
    case 'error':
      return key === 'on_error'
    case 'loop':
      return step.loop !== null && !outsideLoop.has(key)
    case 'item':
    case 'index':
      return step.forEach !== null && !beforeItems.has(key)
    default:
      return step.forEach?.as === word && !beforeItems.has(key)
  }
}
