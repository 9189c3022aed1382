import { lookUp } from '../pipeline/look-up.js'
import type { PlannedCall, PlannedStep } from '../pipeline/plan.js'
import { schemaShape, typesOf, valuesOf, type JsonType, type Shape } from '../pipeline/shape.js'
import type { DocumentPath } from '../pipeline/source-map.js'
import { bareReference, referenceText } from '../pipeline/template-engine.js'
import type { Subject } from './subject.js'

/** Finds references to values of another type than their place takes, as far as both are known. */
export function checkTypes(subject: Subject): void {
  for (const { step } of subject.places.values()) {
    if (step.work.kind === 'call') checkInput(step, step.work, subject)
    if (step.work.kind === 'switch') checkChoice(step, subject)
    if (step.forEach) checkItems(step, subject)
  }
}

function checkInput(step: PlannedStep, { type, with: given }: PlannedCall, { shapes, findings }: Subject): void {
  const input = schemaShape(type.kind === 'step' ? type.input : type.reads)
  for (const { path, template } of given.templates) {
    const reference = bareReference(template)
    const expected = reference && follow(input, path)
    if (!reference || !expected) continue
    const at = [...step.at, 'with', ...path]
    const actual = shapes.trace(reference, { step: step.id, path: at }).shape
    const clash = clashOf(expected, actual)
    if (!clash) continue
    const name = referenceText(reference)
    const message = `Step "${step.id}": "${path.join('.')}" takes ${clash.takes}, and ${name} is ${clash.is}.`
    const position = findings.sources.within(at, name)
    // A step type may make a text of a number by itself.
    if (clash.isHarmless) findings.warn('semantic', 'TYPE_MISMATCH', message, position, hintFor(expected, name))
    else findings.error('semantic', 'TYPE_MISMATCH', message, position, hintFor(expected, name))
  }
}

function checkItems(step: PlannedStep, { shapes, findings }: Subject): void {
  const types = typesOf(shapes.listTemplate(step))
  // A map may say from where to where, or which files.
  if (!types || types.has('array') || types.has('object')) return
  findings.error(
    'semantic',
    'TYPE_MISMATCH',
    `Step "${step.id}" goes over ${inWords(types)}, which is not a list.`,
    findings.sources.value([...step.at, 'for_each']),
    types.has('string')
      ? 'Make a list of it first: {{ text | split: "," }}, or a transform step.'
      : 'Give a list; a transform step can make one.',
  )
}

function checkChoice(step: PlannedStep, { shapes, findings }: Subject): void {
  if (step.work.kind !== 'switch') return
  const at = [...step.at, 'switch']
  const types = typesOf(shapes.template(step.work.on, { step: step.id, path: at }))
  if (!types || [...types].some((type) => type !== 'array' && type !== 'object')) return
  findings.warn(
    'semantic',
    'TYPE_MISMATCH',
    `The switch "${step.id}" looks at ${inWords(types)}, which is none of its cases.`,
    findings.sources.value(at),
    'Name a text, a number, or true or false in it.',
  )
}

function follow(shape: Shape | null, path: DocumentPath): Shape | null {
  let current = shape
  for (const part of path) {
    const found = current && lookUp(current, part)
    current = found?.is === 'known' ? found.shape : null
  }
  return current
}

interface Clash {
  readonly takes: string
  readonly is: string
  readonly isHarmless: boolean
}

function clashOf(expected: Shape, actual: Shape | null): Clash | null {
  const [takes, is] = [typesOf(expected), typesOf(actual)]
  if (!takes || !is || takes.size === 0 || is.size === 0) return null
  if ([...is].some((type) => fits(type, takes))) return valueClash(expected, actual)
  const isHarmless = [...takes, ...is].every((type) => type !== 'array' && type !== 'object')
  return { takes: inWords(takes), is: inWords(is), isHarmless }
}

/** Both are known to the last value, and have none in common. */
function valueClash(expected: Shape, actual: Shape | null): Clash | null {
  const [takes, is] = [valuesOf(expected), valuesOf(actual)]
  if (!takes || !is || is.some((value) => takes.includes(value))) return null
  return { takes: `one of ${takes.map(String).join(', ')}`, is: `one of ${is.map(String).join(', ')}`, isHarmless: false }
}

function fits(type: JsonType, takes: ReadonlySet<JsonType>): boolean {
  if (takes.has(type)) return true
  // Whether a number is a whole one is only known when there is one.
  return (type === 'integer' && takes.has('number')) || (type === 'number' && takes.has('integer'))
}

function hintFor(expected: Shape, name: string): string {
  const takes = typesOf(expected)
  if (takes?.has('string')) return `Make a text of it: {{ ${name} | json }}, or put it into a longer text.`
  return takes?.has('array')
    ? 'Refer to a list, or make one with a transform step.'
    : 'Refer to a value of that type, or make one with a transform step.'
}

const words: Readonly<Record<JsonType, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'nothing',
}

function inWords(types: ReadonlySet<JsonType>): string {
  const named = [...types].filter((type) => type !== 'null' || types.size === 1).map((type) => words[type])
  return named.join(' or ')
}
