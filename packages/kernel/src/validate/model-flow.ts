import { isDeepStrictEqual } from 'node:util'
import type { CompiledValue } from '../pipeline/compiled-value.js'
import type { Plan, PlannedStep } from '../pipeline/plan.js'
import { isConstrained } from '../pipeline/shape.js'
import type { DocumentPath } from '../pipeline/source-map.js'
import { outwards } from '../pipeline/step-places.js'
import { bareReference, type CompiledTemplate, type Reference } from '../pipeline/template-engine.js'
import { wordOwner, type TemplatePlace } from '../pipeline/word-owner.js'
import { flowingReferences } from './flowing-references.js'
import type { Subject } from './subject.js'

/** Nobody reads a longer way than this, and a stack holds no more of many. */
const deepest = 500

/** Ids of the steps that what a model answered has gone through, the one that asked it first. */
export type Flow = readonly string[]

/**
 * Follows what models answer through a plan: through steps that make the same of the same, groups, variables, items and
 * loops. It ends where a schema leaves the model only few things to say, and where a switch has decided what it says.
 */
export class ModelFlow {
  private readonly subject: Subject
  private readonly variables: ReadonlyMap<string, Plan['variables'][number]>
  private readonly known = new Map<string, Flow | null>()
  private readonly busy = new Set<string>()
  /** How often something was found to depend on itself. */
  private circles = 0

  constructor(subject: Subject) {
    this.subject = subject
    this.variables = new Map(subject.plan.variables.map((one) => [one.name, one]))
    // In an order in which each stands after what it is made of, so that no chain is too long to follow.
    for (const { name } of subject.plan.variables) this.ofReference(['variables', name], { step: null, path: ['variables'] })
    for (const id of subject.places.keys()) this.output(id, [])
  }

  /** The first reference of a template through which a model's answer gets into what it gives. */
  into(template: CompiledTemplate, place: TemplatePlace): { readonly reference: Reference; readonly flow: Flow } | null {
    if (isConstrained(this.subject.shapes.template(template, place))) return null
    for (const reference of flowingReferences(template)) {
      const flow = this.ofReference(reference, place)
      if (flow) return { reference, flow }
    }
    return null
  }

  private ofReference(reference: Reference, place: TemplatePlace): Flow | null {
    const { places, shapes } = this.subject
    if (isConstrained(shapes.trace(reference, place).shape) || this.isDecided(reference, place)) return null
    const [root, name, key, ...rest] = reference
    switch (root) {
      case 'steps':
        return name === undefined || (key !== undefined && key !== 'output') ? null : this.output(String(name), rest)
      case 'variables': {
        const variable = this.variables.get(String(name))
        const below = reference.slice(2)
        return variable
          ? this.once(`variables.${variable.name}`, below, () => this.value(variable.value, below, ['variables', variable.name], null))
          : null
      }
      case 'arguments': {
        const around = wordOwner('arguments', place, places)?.around
        return around ? [around.id] : null
      }
      case 'loop': {
        const step = name === 'output' ? wordOwner('loop', place, places)?.step : undefined
        return step ? this.once(`${step.id}()`, reference.slice(2), () => this.turn(step, reference.slice(2))) : null
      }
      default: {
        const step = root === 'index' ? undefined : wordOwner(String(root), place, places)?.step
        return step ? this.once(`${step.id}[]`, reference.slice(1), () => this.item(step, reference.slice(1))) : null
      }
    }
  }

  /** In a case of a switch the value that it looked at is the case's name. */
  private isDecided(reference: Reference, place: TemplatePlace): boolean {
    const { places } = this.subject
    if (place.step === null) return false
    return outwards(places, place.step).some(({ as, around }) => {
      if (as.kind !== 'case' || around?.work.kind !== 'switch') return false
      const root = String(reference[0])
      const looked = { step: around.id, path: [...around.at, 'switch'] }
      return (
        isDeepStrictEqual(bareReference(around.work.on), reference) && wordOwner(root, looked, places) === wordOwner(root, place, places)
      )
    })
  }

  private output(id: string, path: Reference): Flow | null {
    const step = this.subject.places.get(id)?.step
    if (!step) return null
    const [first, ...rest] = path
    if (step.forEach && first === 'size') return null
    // What a call gives is looked at as a whole.
    const inside = isWhole(step) ? [] : step.forEach ? rest : path
    return this.once(id, inside, () => this.each(step, inside))
  }

  private each(step: PlannedStep, path: Reference): Flow | null {
    const { onError } = step
    const flow = this.turn(step, path)
    if (flow) return flow
    if (onError.kind === 'step') return this.output(onError.step.id, path)
    return onError.kind === 'continue' ? this.value(onError.value, path, [...step.at, 'on_error', 'continue'], step.id) : null
  }

  /** What a step gives once. */
  private turn(step: PlannedStep, path: Reference): Flow | null {
    const { work, id, at } = step
    if (work.kind === 'call') {
      if (work.type.usesModel) return [id]
      // What others give is theirs, whatever they were asked.
      if (work.type.kind !== 'step' || !work.type.deterministic) return null
      for (const { path: key, template } of work.with.templates) {
        const found = this.into(template, { step: id, path: [...at, 'with', ...key] })
        if (found) return found.flow.includes(id) ? found.flow : [...found.flow, id]
      }
      return null
    }
    const output = work.kind === 'group' ? work.block.output : work.output
    if (output) return this.value(output, path, [...at, 'output'], id)
    const [name, ...rest] = path
    const inner = [...this.subject.places.values()]
      .filter(({ around, as }) => around === step && as.kind !== 'fallback')
      .map((place) => place.step.id)
    if (name !== undefined) return inner.includes(String(name)) ? this.output(String(name), rest) : null
    return inner.map((one) => this.output(one, [])).find((flow) => flow !== null) ?? null
  }

  private item(step: PlannedStep, path: Reference): Flow | null {
    if (!step.forEach) return null
    return this.value(step.forEach.items, [0, ...path], [...step.at, 'for_each'], step.id)
  }

  /** What lies at a path of a value of the document. */
  private value(compiled: CompiledValue, path: Reference, at: DocumentPath, step: string | null): Flow | null {
    for (const { path: own, template } of compiled.templates) {
      if (!own.slice(0, path.length).every((part, index) => isSame(part, path[index]))) continue
      const place = { step, path: [...at, ...own] }
      const bare = bareReference(template)
      const flow = bare ? this.ofReference([...bare, ...path.slice(own.length)], place) : this.into(template, place)?.flow
      if (flow) return flow
    }
    return null
  }

  /** What depends on itself adds nothing to itself. */
  private once(name: string, path: Reference, work: () => Flow | null): Flow | null {
    const key = JSON.stringify([name, path])
    const before = this.known.get(key)
    if (before !== undefined) return before
    if (this.busy.size > deepest) return null
    if (this.busy.has(key)) {
      this.circles++
      return null
    }
    const circles = this.circles
    this.busy.add(key)
    const flow = work()
    this.busy.delete(key)
    // What was looked for in a circle may be found another way, once one comes from outside of it.
    if (flow || this.circles === circles) this.known.set(key, flow)
    return flow
  }
}

function isWhole({ work, onError }: PlannedStep): boolean {
  return work.kind === 'call' && onError.kind === 'fail'
}

/** Elements of a list are alike. */
function isSame(left: string | number | undefined, right: string | number | undefined): boolean {
  const isElement = (part: string | number | undefined): boolean => typeof part === 'number' || part === 'first' || part === 'last'
  return left === right || (isElement(left) && isElement(right))
}
