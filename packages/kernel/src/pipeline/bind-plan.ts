import { isDeepStrictEqual } from 'node:util'
import { loadPriceBook } from '../budget/price-book.js'
import type { DescriptionOf } from '../points/description.js'
import type { ExtensionPoints } from '../points/extension-points.js'
import { checkInputDeclarations } from './check-input-declarations.js'
import { checkReferences } from './check-references.js'
import { checkStepInput } from './check-step-input.js'
import { compileOutputs, compileStep, type LocatedReference } from './compiled-pipeline.js'
import type { PipelineDocument, StepDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import { nameHint } from './nearest.js'
import { orderSteps } from './order-steps.js'
import type { Plan, PlannedGuardrail, PlannedStep } from './plan.js'

export interface BindOptions {
  readonly points: ExtensionPoints
  /** The project's default model. */
  readonly defaultModel?: string | undefined
  /** Ids of guardrails that the project adds to every pipeline. */
  readonly guardrails?: readonly string[]
}

/** The prefix under which a pipeline can use a genesis stage as a step. */
const stagePrefix = 'genesis/'

/** Binds a document to the installed step types. @returns null when `findings` now holds an error */
export async function bindPlan(
  document: PipelineDocument,
  text: string,
  file: string,
  findings: FindingList,
  options: BindOptions,
): Promise<Plan | null> {
  checkInputDeclarations(document, findings)
  checkDuplicates(document, findings)
  const onProblem = (path: readonly (string | number)[], error: unknown): void => findings.thrown('semantic', path, error)

  const bound: Omit<PlannedStep, 'dependsOn'>[] = []
  const references: LocatedReference[] = []
  for (const [index, step] of document.steps.entries()) {
    const type = await describeType(step, index, options.points, findings)
    if (!type) continue
    const input = type.kind === 'step' ? type.input : type.reads
    const compiled = compileStep(step, index, input, onProblem)
    await checkStepInput(step, index, input, compiled, findings)
    references.push(...compiled.references)
    bound.push({ id: step.id, document: step, type, model: await bindModel(document, step, index, type, findings, options), compiled })
  }
  const outputs = compileOutputs(document, onProblem)
  references.push(...outputs.references)
  checkReferences(document, bound, references, findings)
  const guardrails = await bindGuardrails(document, findings, options)
  const steps = orderSteps(document, bound, findings)
  if (findings.hasErrors || steps === null) return null
  return { document, text, file, steps, guardrails, outputs: outputs.value, sources: findings.sources }
}

function checkDuplicates(document: PipelineDocument, findings: FindingList): void {
  const seen = new Set<string>()
  for (const [index, step] of document.steps.entries()) {
    if (seen.has(step.id))
      findings.error('semantic', 'DUPLICATE_STEP', `Two steps have the id "${step.id}".`, findings.sources.value(['steps', index, 'id']))
    seen.add(step.id)
  }
}

async function describeType(
  step: StepDocument,
  index: number,
  points: ExtensionPoints,
  findings: FindingList,
): Promise<DescriptionOf<'step'> | DescriptionOf<'genesis-stage'> | undefined> {
  const description = step.uses.startsWith(stagePrefix)
    ? await points.describe('genesis-stage', step.uses.slice(stagePrefix.length))
    : await points.describe('step', step.uses)
  if (!description) {
    const known = step.uses.startsWith(stagePrefix) ? points.ids('genesis-stage').map((id) => stagePrefix + id) : points.ids('step')
    findings.error(
      'semantic',
      'UNKNOWN_STEP_TYPE',
      `There is no step type "${step.uses}".`,
      findings.sources.value(['steps', index, 'uses']),
      nameHint(step.uses, known, 'Install the plugin that has it.'),
    )
  }
  return description
}

async function bindModel(
  document: PipelineDocument,
  step: StepDocument,
  index: number,
  type: { readonly usesModel: boolean },
  findings: FindingList,
  options: BindOptions,
): Promise<string | null> {
  const model = step.model ?? (type.usesModel ? (document.defaults.model ?? options.defaultModel) : undefined)
  if (model === undefined) {
    if (type.usesModel)
      findings.error(
        'semantic',
        'MISSING_MODEL',
        `Step "${step.id}" calls a model, and none is named.`,
        findings.sources.value(['steps', index, 'id']),
      )
    return null
  }
  const path = step.model !== undefined ? ['steps', index, 'model'] : ['defaults', 'model']
  const slash = model.indexOf('/')
  const provider = model.slice(0, slash)
  const description = await options.points.describe('provider', provider)
  if (!description) {
    findings.error(
      'semantic',
      'UNKNOWN_PROVIDER',
      `There is no provider "${provider}".`,
      findings.sources.value(path),
      nameHint(provider, options.points.ids('provider'), 'Install the plugin that has it.'),
    )
    return null
  }
  if (!description.anyModel) {
    const prices = await loadPriceBook()
    if (!prices.knows(model)) {
      findings.error(
        'semantic',
        'UNKNOWN_MODEL',
        `${provider} has no model "${model.slice(slash + 1)}" with a known price.`,
        findings.sources.value(path),
        nameHint(model.slice(slash + 1), prices.modelsOf(provider), 'Name another model.'),
      )
      return null
    }
  }
  return model
}

async function bindGuardrails(document: PipelineDocument, findings: FindingList, options: BindOptions): Promise<PlannedGuardrail[]> {
  // What the project asks for holds beside what the pipeline asks for, so that a pipeline cannot make it weaker.
  const planned: PlannedGuardrail[] = (options.guardrails ?? []).map((id) => ({ id, options: {} }))
  for (const [index, use] of document.guardrails.entries()) {
    const entries: [string, unknown][] = typeof use === 'string' ? [[use, {}]] : Object.entries(use)
    for (const [id, value] of entries) {
      const description = await options.points.describe('guardrail', id)
      if (!description) {
        findings.error(
          'semantic',
          'UNKNOWN_GUARDRAIL',
          `There is no guardrail "${id}".`,
          findings.sources.value(['guardrails', index]),
          nameHint(id, options.points.ids('guardrail'), 'Install the plugin that has it.'),
        )
        continue
      }
      const given = (value ?? {}) as Readonly<Record<string, unknown>>
      const { checkAgainstSchema } = await import('./json-schema.js')
      for (const problem of checkAgainstSchema(description.options, given)) {
        findings.error(
          'semantic',
          problem.code,
          problem.message,
          findings.sources.value(['guardrails', index, id, ...problem.path]),
          problem.hint,
        )
      }
      if (!planned.some((one) => one.id === id && isDeepStrictEqual(one.options, given))) planned.push({ id, options: given })
    }
  }
  return planned
}
