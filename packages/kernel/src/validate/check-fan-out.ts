import { itemsOf, knownScope, roundsOf, type Times } from '../pipeline/repetitions.js'
import { outwards, type StepPlace } from '../pipeline/step-places.js'
import type { Scope } from '../pipeline/template-engine.js'
import type { Subject } from './subject.js'

/** How many model calls of one step nobody expects. */
const mostExpected = 1000
const mostAtWorst = 10_000
/** How many factors of the sum are shown. */
const mostShown = 4

interface Factor {
  readonly times: Times
  readonly what: string
}

/** Finds steps that ask a model very often: lists in lists, and loops in them. */
export function checkFanOut({ plan, places, findings }: Subject, inputs: Readonly<Record<string, unknown>>): void {
  const scope = knownScope(plan, inputs)
  for (const { step } of places.values()) {
    if (step.work.kind !== 'call' || !step.work.type.usesModel) continue
    const around = outwards(places, step.id)
    // What stands in for a step runs only when it fails.
    if (around.some(({ as }) => as.kind === 'fallback')) continue
    const factors = around.toReversed().flatMap((place) => factorsOf(place, scope))
    const total = (of: 'expected' | 'worst'): number => factors.reduce((product, { times }) => product * times[of], 1)
    const of = total('expected') > mostExpected ? 'expected' : 'worst'
    if (of === 'worst' && total('worst') <= mostAtWorst) continue
    const shown = factors.map(({ times, what }) => `${count(times[of])} ${what}`)
    const sum = (shown.length > mostShown ? [...shown.slice(0, mostShown), '…'] : shown).join(' × ')
    findings.warn(
      'logical',
      'FAN_OUT',
      `Step "${step.id}" asks a model ${of === 'expected' ? 'about' : 'at worst'} ${count(total(of))} times: ${sum}.`,
      findings.sources.value([...step.at, 'id']),
    )
  }
}

function factorsOf({ step }: StepPlace, scope: Scope): readonly Factor[] {
  const items = itemsOf(step, scope)
  return [
    ...(step.forEach ? [{ times: items, what: `items of "${step.id}"${items.isAssumed ? ' (assumed)' : ''}` }] : []),
    ...(step.loop ? [{ times: roundsOf(step), what: `rounds of "${step.id}"` }] : []),
  ]
}

function count(number: number): string {
  return number.toLocaleString('en')
}
