import { posix } from 'node:path'
import type { LocatedReference, PlannedBlock, PlannedStep } from '../pipeline/plan.js'
import { sideBySide } from '../pipeline/repetitions.js'
import { outwards, type StepPlace } from '../pipeline/step-places.js'
import { wordOwner } from '../pipeline/word-owner.js'
import type { Subject } from './subject.js'

/** The key of `with:` that names the file which a step writes, if its type says that the key decides what is done. */
const pathKey = 'path'

interface Writer {
  readonly step: PlannedStep
  /** The path as it is written. */
  readonly path: string
  /** Itself and the steps around it, the outermost first. */
  readonly around: readonly StepPlace[]
  readonly references: readonly LocatedReference[]
}

/** Finds steps, and items of one step, that may write to the same file at the same time. */
export function checkWriters(subject: Subject): void {
  const writers = writersOf(subject)
  for (const writer of writers) checkItems(writer, subject)
  const byPath = Map.groupBy(writers, ({ path }) => path)
  for (const [path, same] of byPath) {
    for (const [index, second] of same.entries()) {
      const first = same.slice(0, index).find((other) => mayMeet(other.around, second.around))
      if (first) tell(second, `Steps "${first.step.id}" and "${second.step.id}" may write to ${path} at the same time.`, subject)
    }
  }
}

function writersOf({ plan, places }: Subject): readonly Writer[] {
  return [...places.values()].flatMap(({ step }) => {
    const path = step.document.with?.[pathKey]
    const { work } = step
    const isWriter =
      work.kind === 'call' && work.type.kind === 'step' && work.type.effect === true && work.type.sensitive?.includes(pathKey) === true
    const around = outwards(places, step.id).toReversed()
    // A model calls its tools as it likes, and what stands in for a step does so when that has ended.
    if (!isWriter || typeof path !== 'string' || around.some(({ as }) => as.kind === 'tool' || as.kind === 'fallback')) return []
    const references = plan.references.filter(
      (one) => one.step === step.id && one.path[step.at.length] === 'with' && one.path.at(-1) === pathKey,
    )
    return [{ step, path: references.length === 0 ? posix.normalize(path) : path, around, references }]
  })
}

/** Items that are worked on side by side, and all write to one path. */
function checkItems(writer: Writer, subject: Subject): void {
  const { plan } = subject
  const list = writer.around.find(({ step }) => step.forEach !== null && sideBySide(step, plan) > 1)?.step
  if (!list || writer.references.some((reference) => variesIn(list, reference, subject))) return
  tell(
    writer,
    list === writer.step
      ? `All items of step "${list.id}" write to ${writer.path}, several at the same time.`
      : `Step "${writer.step.id}" writes to ${writer.path} for all items of "${list.id}", several at the same time.`,
    subject,
    'Put something of the item into the path, for example {{ index }}, or say concurrency: 1.',
  )
}

/** Whether a reference may lead to something else for each item of a list. */
function variesIn(list: PlannedStep, { reference: [root, name], step, path }: LocatedReference, { places }: Subject): boolean {
  const isInside = (id: string): boolean => outwards(places, id).some((place) => place.step === list)
  if (root === 'steps') return name === undefined || isInside(String(name))
  const owner = wordOwner(String(root), { step, path }, places)
  return owner !== null && isInside(owner.step.id)
}

/** Whether two steps may run at the same time, as far as the plan says. */
function mayMeet(left: readonly StepPlace[], right: readonly StepPlace[]): boolean {
  // Conditions may exclude each other.
  if (left.some(({ step }) => step.condition !== true) && right.some(({ step }) => step.condition !== true)) return false
  const at = left.findIndex((place, index) => place.step !== right[index]?.step)
  const [first, second] = [left[at], right[at]]
  if (!first || !second || first.block !== second.block) return false
  return !comesAfter(first.step, second.step, first.block) && !comesAfter(second.step, first.step, first.block)
}

function comesAfter(before: PlannedStep, after: PlannedStep, { steps }: PlannedBlock): boolean {
  const later = new Set([before.id])
  // Each stands after what it depends on.
  for (const step of steps) if (step.dependsOn.some((id) => later.has(id))) later.add(step.id)
  return later.has(after.id)
}

function tell({ step }: Writer, message: string, { findings }: Subject, hint?: string): void {
  findings.warn('logical', 'PARALLEL_WRITERS', message, findings.sources.value([...step.at, 'with', pathKey]), hint)
}
