import type { JsonSchema } from '../points/provider.js'
import type { LocatedReference } from './compiled-pipeline.js'
import type { PipelineDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import { nameHint } from './nearest.js'
import type { PlannedStep } from './plan.js'

const roots = ['inputs', 'steps', 'item', 'index', 'run']
const stepKeys = new Set(['output', 'status'])
const runKeys = ['id', 'started_at']
/** What Liquid offers of a list or text without a key of its own. */
const builtInKeys = new Set(['size', 'first', 'last'])

/** Checks that everything a template refers to exists. */
export function checkReferences(
  document: PipelineDocument,
  steps: readonly Omit<PlannedStep, 'dependsOn'>[],
  references: readonly LocatedReference[],
  findings: FindingList,
): void {
  const declared = new Set(document.steps.map((step) => step.id))
  const outputs = new Map(steps.map((step) => [step.id, outputSchema(step)]))
  for (const located of references) {
    const problem = referenceProblem(document, declared, outputs, located)
    if (problem)
      findings.error('semantic', 'UNKNOWN_VARIABLE', problem.message, findings.sources.within(located.path, problem.shown), problem.hint)
  }
}

interface Problem {
  readonly message: string
  readonly hint: string
  /** The piece of text to point at. */
  readonly shown: string
}

function referenceProblem(
  document: PipelineDocument,
  declared: ReadonlySet<string>,
  outputs: ReadonlyMap<string, JsonSchema | null>,
  located: LocatedReference,
): Problem | undefined {
  const [root, name, ...rest] = located.reference
  const shown = located.reference.slice(0, 2).join('.')
  switch (root) {
    case 'inputs':
      if (name === undefined || Object.hasOwn(document.inputs, String(name))) return undefined
      return {
        message: `There is no input "${name}".`,
        hint: nameHint(String(name), Object.keys(document.inputs), 'Declare it under inputs:.'),
        shown,
      }
    case 'steps': {
      if (name === undefined) return undefined
      if (!declared.has(String(name)))
        return { message: `There is no step "${name}".`, hint: nameHint(String(name), [...declared], 'Add the step.'), shown }
      const [key, property] = rest
      if (key === undefined) return undefined
      if (!stepKeys.has(String(key)))
        return { message: `A step has no "${key}".`, hint: `Use steps.${name}.output or steps.${name}.status.`, shown: `${shown}.${key}` }
      return key === 'output' ? propertyProblem(String(name), property, outputs.get(String(name)) ?? null, shown) : undefined
    }
    case 'item':
    case 'index':
      if (located.inLoop) return undefined
      return {
        message: `"${root}" has a value only inside a step with for_each.`,
        hint: 'Add for_each to the step, or refer to something else.',
        shown: root,
      }
    case 'run':
      if (name === undefined || runKeys.includes(String(name))) return undefined
      return { message: `A run has no "${name}".`, hint: nameHint(String(name), runKeys, 'Use run.id.'), shown }
    default:
      return {
        message: `There is nothing called "${root}".`,
        hint: nameHint(
          String(root),
          [...roots, ...Object.keys(document.inputs).map((input) => `inputs.${input}`)],
          'Use inputs.<name> or steps.<id>.output.',
        ),
        shown: String(root),
      }
  }
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

/** What a step's output looks like, as far as it is known before running. */
function outputSchema(step: Omit<PlannedStep, 'dependsOn'>): JsonSchema | null {
  if (step.document.for_each !== undefined) return null
  if (step.type.kind === 'genesis-stage') return step.type.writes
  const own = step.type.outputSchemaFrom === undefined ? undefined : step.document.with[step.type.outputSchemaFrom]
  if (typeof own === 'object' && own !== null) return own as JsonSchema
  return step.type.output
}
