import type { PlannedStep } from '../pipeline/plan.js'
import type { DocumentPath } from '../pipeline/source-map.js'
import type { Subject } from './subject.js'

/** Finds secrets that would be kept, shown or sent to a model: they may stand in `with:` of steps that ask no model. */
export function checkSecrets({ plan, places, findings }: Subject): void {
  for (const { reference, path, step } of plan.references) {
    const [root, name] = reference
    if (root !== 'secrets') continue
    const place = step === null ? undefined : places.get(step)
    const problem = place
      ? exposureIn(place.step, path)
      : { why: path[0] === 'variables' ? 'in a variable' : 'in the outputs', isSure: true }
    if (!problem) continue
    const position = findings.sources.within(path, name === undefined ? 'secrets' : `secrets.${name}`)
    const message = `The secret ${name ?? ''} ${problem.isSure ? 'may' : 'should'} not stand ${problem.why}.`
    if (problem.isSure) findings.error('semantic', 'SECRET_EXPOSED', message, position)
    else findings.warn('semantic', 'SECRET_EXPOSED', message, position)
  }
}

function exposureIn({ id, at, work }: PlannedStep, path: DocumentPath): { readonly why: string; readonly isSure: boolean } | null {
  const key = String(path[at.length])
  if (key !== 'with') return { why: `in ${key}: of step "${id}"`, isSure: true }
  if (work.kind !== 'call') return null
  if (work.type.usesModel) return { why: `in step "${id}", which asks a model`, isSure: true }
  const isPure = work.type.kind === 'step' && work.type.deterministic && work.type.effect !== true
  return isPure ? { why: `in step "${id}", whose output is made of it and kept with the run`, isSure: false } : null
}
