import type { JsonSchema } from '../points/provider.js'
import type { BindOptions } from './bind-context.js'
import type { ScopedReference } from './compile-step.js'
import type { PipelineDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import { nameHint } from './nearest.js'
import { outputSchemas } from './output-schemas.js'
import { everyStepOf, type Plan } from './plan.js'

/** What can be referred to everywhere. */
const roots = ['inputs', 'variables', 'secrets', 'steps', 'run']
const stepKeys = new Set(['output', 'status', 'error', 'errors'])
const runKeys = ['id', 'started_at']
const runKeysAtTheEnd = [...runKeys, 'status', 'error']
const loopKeys = ['index', 'output']
const errorKeys = ['code', 'message']
/** What Liquid offers of a list or text without a key of its own. */
const builtInKeys = new Set(['size', 'first', 'last'])

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
  readonly outputs: ReadonlyMap<string, JsonSchema | null>
  /** The ids of all steps, each with the step that it is inside of. */
  readonly steps: ReadonlyMap<string, string | null>
}

/** Checks that everything a template refers to exists, and has a value at its place. */
export function checkReferences(
  document: PipelineDocument,
  blocks: Pick<Plan, 'block' | 'finally'>,
  references: readonly ScopedReference[],
  findings: FindingList,
  options: BindOptions,
): void {
  const known: Known = { document, secrets: options.secrets ?? [], outputs: outputSchemas(blocks), steps: stepsAround(document, blocks) }
  for (const located of references) {
    const problem = problemOf(located, known)
    if (problem)
      findings.error('semantic', 'UNKNOWN_VARIABLE', problem.message, findings.sources.within(located.path, problem.shown), problem.hint)
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
  const [, name, key, property] = reference
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
  return key === 'output' ? propertyProblem(id, property, known.outputs.get(id) ?? null, shown) : undefined
}

function propertyProblem(
  step: string,
  property: string | number | undefined,
  schema: JsonSchema | null,
  shown: string,
): Problem | undefined {
  if (typeof property !== 'string' || schema === null || builtInKeys.has(property)) return undefined
  const properties = schema['properties']
  if (schema['additionalProperties'] !== false || typeof properties !== 'object' || properties === null) return undefined
  if (Object.hasOwn(properties, property)) return undefined
  return {
    message: `The output of step "${step}" has no "${property}".`,
    hint: nameHint(property, Object.keys(properties), 'See the step type’s output.'),
    shown: `${shown}.output.${property}`,
  }
}

/** Each step, with the one that it is inside of; null for those of the document's own lists. */
function stepsAround(document: PipelineDocument, blocks: Pick<Plan, 'block' | 'finally'>): Map<string, string | null> {
  const around = new Map<string, string | null>()
  for (const step of everyStepOf(blocks)) {
    const [list, ...path] = step.at
    const outer = path.length === 1 ? null : outermost(document, list, path[0])
    around.set(step.id, outer)
  }
  // Steps that could not be bound are there all the same.
  for (const { id } of [...document.steps, ...(document.finally ?? [])]) if (!around.has(id)) around.set(id, null)
  return around
}

function outermost(document: PipelineDocument, list: string | number | undefined, index: string | number | undefined): string | null {
  const steps = list === 'finally' ? (document.finally ?? []) : document.steps
  return steps[Number(index)]?.id ?? null
}
