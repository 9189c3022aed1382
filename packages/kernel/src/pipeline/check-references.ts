import type { BindOptions } from './bind-context.js'
import type { ScopedReference } from './compile-step.js'
import type { PipelineDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import { nameHint } from './nearest.js'
import type { JsonType } from './shape.js'
import type { StepPlace } from './step-places.js'
import type { Position } from './source-map.js'
import { referenceText, type Reference } from './template-engine.js'
import type { Traced, ValueShapes } from './value-shapes.js'

/** What can be referred to everywhere. */
const roots = ['inputs', 'variables', 'secrets', 'steps', 'run']
const stepKeys = new Set(['output', 'status', 'error', 'errors'])
const runKeys = ['id', 'started_at']
const runKeysAtTheEnd = [...runKeys, 'status', 'error']
const loopKeys = ['index', 'output']
const errorKeys = ['code', 'message']

/** Where words have a value that have none elsewhere. */
const places: Readonly<Record<string, string>> = {
  item: 'inside a step with for_each',
  index: 'inside a step with for_each',
  loop: 'inside a step with while or until',
  arguments: 'inside a tool',
  error: 'in on_error',
}

interface Problem {
  readonly message: string
  readonly hint: string
  /** The piece of text to point at. */
  readonly shown: string
}

/** What references are checked against. */
interface Known {
  readonly document: PipelineDocument
  readonly secrets: readonly string[]
  /** The ids of all steps, each with the outermost step that it is inside of. */
  readonly steps: ReadonlyMap<string, string | null>
}

/** Checks that everything a template refers to exists, and has a value at its place. */
export function checkReferences(
  document: PipelineDocument,
  places: ReadonlyMap<string, StepPlace>,
  shapes: ValueShapes,
  references: readonly ScopedReference[],
  findings: FindingList,
  options: BindOptions,
): void {
  const known: Known = { document, secrets: options.secrets ?? [], steps: outermostSteps(document, places) }
  for (const located of references) {
    const problem = problemOf(located, known)
    const position = (shown: string): Position => findings.sources.within(located.path, shown)
    if (problem) {
      findings.error('semantic', 'UNKNOWN_VARIABLE', problem.message, position(problem.shown), problem.hint)
      continue
    }
    const traced = shapes.trace(located.reference, located).problem
    if (!traced) continue
    const { message, hint, shown } = propertyProblem(located.reference, traced)
    if (traced.found.is === 'missing') findings.error('semantic', 'UNKNOWN_VARIABLE', message, position(shown), hint)
    else findings.warn('semantic', 'UNKNOWN_VARIABLE', message, position(shown), hint)
  }
}

function problemOf(located: ScopedReference, known: Known): Problem | undefined {
  const [root, name] = located.reference
  const shown = located.reference.slice(0, 2).join('.')
  const { document } = known
  switch (root) {
    case 'inputs':
      return unknownName('There is no input', name, Object.keys(document.inputs), 'Declare it under inputs:.', shown)
    case 'variables':
      return unknownName('There is no variable', name, Object.keys(document.variables), 'Declare it under variables:.', shown)
    case 'secrets':
      return unknownName('There is no secret', name, known.secrets, 'Name where it comes from under secrets: in pipewright.yaml.', shown)
    case 'run': {
      const keys = located.path[0] === 'finally' ? runKeysAtTheEnd : runKeys
      return unknownName('A run has no', name, keys, 'Use run.id.', shown)
    }
    case 'steps':
      return stepProblem(located, known, shown)
    case 'loop':
    case 'error':
      if (!located.names.words.has(root)) break
      return unknownName(
        `Here ${root} has no`,
        name,
        root === 'loop' ? loopKeys : errorKeys,
        `Use ${root}.${root === 'loop' ? 'index' : 'code'}.`,
        shown,
      )
    default:
  }
  if (located.names.words.has(String(root))) return undefined
  const place = places[String(root)]
  if (place !== undefined)
    return {
      message: `"${root}" has a value only ${place}.`,
      hint: root === 'item' || root === 'index' ? 'Add for_each to the step, or refer to something else.' : 'Refer to something else.',
      shown: String(root),
    }
  const names = [...roots, ...located.names.words, ...Object.keys(document.inputs).map((input) => `inputs.${input}`)]
  return {
    message: `There is nothing called "${root}".`,
    hint: nameHint(String(root), names, 'Use inputs.<name> or steps.<id>.output.'),
    shown: String(root),
  }
}

function unknownName(
  what: string,
  name: string | number | undefined,
  known: readonly string[],
  otherwise: string,
  shown: string,
): Problem | undefined {
  if (name === undefined || known.includes(String(name))) return undefined
  return { message: `${what} "${name}".`, hint: nameHint(String(name), known, otherwise), shown }
}

function stepProblem({ reference, names }: ScopedReference, known: Known, shown: string): Problem | undefined {
  const [, name, key] = reference
  if (name === undefined) return undefined
  const id = String(name)
  if (!names.steps.has(id)) {
    const around = known.steps.get(id)
    if (around === undefined) return { message: `There is no step "${id}".`, hint: nameHint(id, [...names.steps], 'Add the step.'), shown }
    const hint =
      around === null
        ? 'Steps under finally: run after everything else.'
        : `Refer to steps.${around}.output, and give "${around}" an output: if need be.`
    return { message: `Step "${id}" cannot be seen from here.`, hint, shown }
  }
  if (key === undefined) return undefined
  if (!stepKeys.has(String(key)))
    return { message: `A step has no "${key}".`, hint: `Use steps.${id}.output or steps.${id}.status.`, shown: `${shown}.${key}` }
  return undefined
}

const typeWords: Readonly<Partial<Record<JsonType, string>>> = { array: 'a list', string: 'a text', boolean: 'true or false' }

/** A key that the value before it does not have, or is not said to have. */
function propertyProblem(reference: Reference, { at, found }: NonNullable<Traced['problem']>): Problem {
  const key = String(reference[at])
  const before = referenceText(reference.slice(0, at))
  const isOutput = reference[0] === 'steps' && at === 3
  const owner = isOutput ? `The output of step "${String(reference[1])}"` : `"${before}"`
  const shown = referenceText(reference.slice(0, at + 1))
  if (found.is === 'undeclared')
    return {
      message: `Nothing says that ${isOutput ? owner.replace('T', 't') : owner} has "${key}".`,
      hint: nameHint(key, found.keys, 'Add it to the schema.'),
      shown,
    }
  if (found.type === 'object')
    return { message: `${owner} has no "${key}".`, hint: nameHint(key, found.keys, 'See the step type’s output.'), shown }
  const hint =
    found.type === 'array'
      ? `Take one of its elements, as in ${before}[0].${key}, or go over them with for_each.`
      : isOutput
        ? 'Use it whole; a step that asks a model gives more than a text when it has a schema:.'
        : 'Use it whole.'
  return { message: `${owner} is ${typeWords[found.type] ?? 'a number'} and has no "${key}".`, hint, shown }
}

/** Each step, with the outermost one that it is inside of; null for those of the document's own lists. */
function outermostSteps(document: PipelineDocument, places: ReadonlyMap<string, StepPlace>): Map<string, string | null> {
  // Steps that could not be bound are there all the same.
  const found = new Map<string, string | null>([...document.steps, ...(document.finally ?? [])].map(({ id }) => [id, null]))
  for (const [id, { around }] of places) found.set(id, around === null ? null : (found.get(around.id) ?? around.id))
  return found
}
