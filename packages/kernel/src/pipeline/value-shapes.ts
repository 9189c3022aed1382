import type { CompiledValue } from './compiled-value.js'
import { inputJsonSchema } from './check-input-declarations.js'
import type { PipelineDocument } from './document-schema.js'
import { filterShape } from './filter-shape.js'
import { lookUp, type Found } from './look-up.js'
import { blocksOf, type Plan, type PlannedStep } from './plan.js'
import { eitherOf, listOf, mapOf, schemaShape, typeOf, typeShape, type Shape } from './shape.js'
import type { DocumentPath } from './source-map.js'
import type { StepPlace } from './step-places.js'
import { bareReference, isSingleExpression, isTemplate, lastFilter, type CompiledTemplate, type Reference } from './template-engine.js'
import { wordOwner, type TemplatePlace } from './word-owner.js'

/** How far a reference is known, segment by segment. */
export interface Traced {
  /** What it is, when every segment is known. */
  readonly shape: Shape | null
  /** The first segment that cannot be there, or is not said to be there. */
  readonly problem: { readonly at: number; readonly found: Exclude<Found, { is: 'known' | 'unknown' }> } | null
}

const text = typeShape('string')
const nothing = typeShape('null')
const integer = typeShape('integer')
const problem = mapOf([
  ['code', text],
  ['message', text],
])
const problemOrNothing: Shape = { kind: 'either', of: [problem, nothing] }
/** Lists are looked at as far as this many of their elements. */
const mostElements = 20

/** Knows what the values of a document look like before it runs. */
export class ValueShapes {
  private readonly document: PipelineDocument
  private readonly variables: Plan['variables']
  private readonly places: ReadonlyMap<string, StepPlace>
  private readonly known = new Map<string, Shape | null>()
  /** How many variables have been looked at. */
  private worked = 0
  /** What is being worked out: something that depends on itself is not known. */
  private readonly busy = new Set<string>()

  constructor(document: PipelineDocument, variables: Plan['variables'], places: ReadonlyMap<string, StepPlace>) {
    this.document = document
    this.variables = variables
    this.places = places
  }

  /** What a reference at a place is. */
  trace(reference: Reference, place: TemplatePlace): Traced {
    const { shape, used } = this.root(reference, place)
    let current = shape
    for (let at = used; at < reference.length; at++) {
      if (current === null) return { shape: null, problem: null }
      const found = lookUp(current, reference[at] as string | number)
      if (found.is === 'missing' || found.is === 'undeclared') return { shape: null, problem: { at, found } }
      current = found.is === 'known' ? found.shape : null
    }
    return { shape: current, problem: null }
  }

  /** What a template at a place gives. */
  template(template: CompiledTemplate, place: TemplatePlace): Shape | null {
    const reference = bareReference(template)
    if (reference) return this.trace(reference, place).shape
    if (!isSingleExpression(template.source)) return text
    const filter = lastFilter(template.source)
    return filter === null ? null : filterShape(filter)
  }

  /** What a value of the document becomes. */
  value(value: unknown, compiled: CompiledValue, at: DocumentPath, step: string | null): Shape | null {
    const templates = new Map(compiled.templates.map(({ path, template }) => [JSON.stringify(path), template]))
    const shapeAt = (node: unknown, path: DocumentPath): Shape | null => {
      if (typeof node === 'string' && isTemplate(node)) {
        const template = templates.get(JSON.stringify(path))
        return template ? this.template(template, { step, path: [...at, ...path] }) : null
      }
      if (Array.isArray(node)) {
        const elements = node.slice(0, mostElements + 1).map((element, index) => shapeAt(element, [...path, index]))
        return listOf(elements.length > mostElements || elements.length === 0 ? null : eitherOf(...elements))
      }
      if (typeof node === 'object' && node !== null)
        return mapOf(Object.entries(node).map(([key, child]) => [key, shapeAt(child, [...path, key])]))
      return schemaShape({ const: node, type: typeOf(node) })
    }
    return shapeAt(value, [])
  }

  /** The output of a step, all its items together. */
  output(id: string): Shape | null {
    const step = this.places.get(id)?.step
    return step ? this.unlessBusy(id, () => this.outputOf(step)) : null
  }

  /** An item of what a step goes over. */
  item(step: PlannedStep): Shape | null {
    const { forEach } = step
    if (!forEach) return null
    const given = forEach.document
    if (typeof given === 'object' && !Array.isArray(given)) return 'files' in given ? text : integer
    const list = this.value(given, forEach.items, [...step.at, 'for_each'], step.id)
    const source = typeof given === 'string' ? this.listTemplate(step) : list
    const found = source && lookUp(source, 0)
    return found?.is === 'known' ? found.shape : null
  }

  /** What `for_each` of a step is, when it is a reference. */
  listTemplate(step: PlannedStep): Shape | null {
    const [only] = typeof step.forEach?.document === 'string' ? step.forEach.items.templates : []
    return only ? this.template(only.template, { step: step.id, path: [...step.at, 'for_each'] }) : null
  }

  private outputOf(step: PlannedStep): Shape | null {
    const once = this.once(step)
    const { onError } = step
    const each =
      onError.kind === 'continue'
        ? eitherOf(once, this.errorValue(step, onError.value))
        : onError.kind === 'step'
          ? eitherOf(once, this.output(onError.step.id))
          : once
    return step.forEach ? listOf(each) : each
  }

  private errorValue({ id, at, document }: PlannedStep, compiled: CompiledValue): Shape | null {
    const policy = document.on_error
    const value = typeof policy === 'object' && 'continue' in policy ? policy.continue : null
    return this.value(value, compiled, [...at, 'on_error', 'continue'], id)
  }

  private once(step: PlannedStep): Shape | null {
    const { work, id, at, document } = step
    // A loop that does not begin gives null.
    const looped = (shape: Shape | null): Shape | null => (step.loop?.while ? eitherOf(shape, nothing) : shape)
    if (work.kind === 'call') {
      if (work.type.kind === 'genesis-stage') return looped(schemaShape(work.type.writes))
      const own = work.type.outputSchemaFrom === undefined ? undefined : document.with?.[work.type.outputSchemaFrom]
      return looped(schemaShape(own) ?? schemaShape(work.type.output))
    }
    const output = work.kind === 'group' ? work.block.output : work.output
    if (output) return looped(this.value(document.output, output, [...at, 'output'], id))
    const inner = blocksOf(step).flatMap((block) => block.steps)
    return looped(mapOf(inner.map((one) => [one.id, this.output(one.id)])))
  }

  /** What the first segments of a reference are, and how many they are. */
  private root([root, name]: Reference, place: TemplatePlace): { readonly shape: Shape | null; readonly used: number } {
    const unknown = { shape: null, used: 0 }
    switch (root) {
      case 'inputs': {
        const input = name === undefined ? undefined : this.document.inputs[String(name)]
        return input ? { shape: schemaShape(inputJsonSchema(input)), used: 2 } : unknown
      }
      case 'variables':
        return name === undefined ? unknown : { shape: this.variable(String(name)), used: 2 }
      case 'secrets':
        return name === undefined ? unknown : { shape: text, used: 2 }
      case 'run':
        return {
          shape: mapOf([...['id', 'started_at', 'status'].map((key) => [key, text] as const), ['error', problemOrNothing]]),
          used: 1,
        }
      case 'steps':
        return name === undefined ? unknown : { shape: this.stepValue(String(name)), used: 2 }
      default:
        return { shape: this.word(String(root), place), used: 1 }
    }
  }

  private stepValue(id: string): Shape {
    return mapOf([
      ['output', this.output(id)],
      ['status', text],
      ['error', problemOrNothing],
      ['errors', listOf(null)],
    ])
  }

  private variable(name: string): Shape | null {
    // Each stands after those that it is made of: however long a chain is, it is worked out link by link.
    while (!this.known.has(`variables.${name}`) && this.worked < this.variables.length) {
      const one = this.variables[this.worked++]
      if (!one) break
      const at = ['variables', one.name]
      this.unlessBusy(at.join('.'), () => this.value(this.document.variables[one.name], one.value, at, null))
    }
    return this.known.get(`variables.${name}`) ?? null
  }

  private word(word: string, place: TemplatePlace): Shape | null {
    const owner = wordOwner(word, place, this.places)
    if (!owner) return null
    const { step, as } = owner
    if (word === 'index') return integer
    if (word === 'error') return problem
    if (word === 'arguments') return as.kind === 'tool' ? schemaShape(as.tool.arguments) : null
    if (word !== 'loop') return this.unlessBusy(`${step.id}[]`, () => this.item(step))
    return mapOf([
      ['index', integer],
      ['output', this.unlessBusy(`${step.id}()`, () => eitherOf(this.once(step), nothing))],
    ])
  }

  private unlessBusy(key: string, work: () => Shape | null): Shape | null {
    const before = this.known.get(key)
    if (before !== undefined) return before
    if (this.busy.has(key)) return null
    this.busy.add(key)
    const shape = work()
    this.busy.delete(key)
    this.known.set(key, shape)
    return shape
  }
}
