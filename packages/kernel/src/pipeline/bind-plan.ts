import { isDeepStrictEqual } from 'node:util'
import type { BindContext, BindOptions } from './bind-context.js'
import { bindBlock } from './bind-block.js'
import { checkModel } from './bind-models.js'
import { bindVariables } from './bind-variables.js'
import { checkInputDeclarations } from './check-input-declarations.js'
import { checkPlan } from '../validate/check-plan.js'
import { checkReferences } from './check-references.js'
import { TemplateCompiler, type NameScope } from './compile-step.js'
import type { PipelineDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import { nameHint } from './nearest.js'
import { everyStepOf, type Plan, type PlannedGuardrail } from './plan.js'
import { stepPlaces } from './step-places.js'
import { ValueShapes } from './value-shapes.js'

export type { BindOptions } from './bind-context.js'

/** Binds a document to the installed step types. @returns null when `findings` now holds an error */
export async function bindPlan(
  document: PipelineDocument,
  text: string,
  file: string,
  findings: FindingList,
  options: BindOptions,
): Promise<Plan | null> {
  checkInputDeclarations(document, findings)
  const compiler = new TemplateCompiler(findings)
  const context: BindContext = {
    ...options,
    document,
    findings,
    compiler,
    checkModel: (model, at) => checkModel(model, at, findings, options),
  }
  const everywhere: NameScope = { steps: new Set(), words: new Set() }
  const variables = bindVariables(document, everywhere, context)
  const block = await bindBlock(document.steps, ['steps'], everywhere, context)
  const ofSteps: NameScope = { ...everywhere, steps: new Set(document.steps.map((step) => step.id)) }
  const final = await bindBlock(document.finally ?? [], ['finally'], ofSteps, context)
  const outputs = compiler.value(document.outputs, ['outputs'], ofSteps, null)
  const guardrails = await bindGuardrails(document, findings, options)
  const blocks = { block, finally: final }
  checkDuplicates(blocks, findings)
  const places = stepPlaces(blocks)
  checkReferences(document, places, new ValueShapes(document, variables, places), compiler.references, findings, options)
  if (findings.hasErrors) return null
  const { references } = compiler
  const plan: Plan = { document, text, file, block, finally: final, variables, guardrails, outputs, references, sources: findings.sources }
  checkPlan(plan, findings)
  return findings.hasErrors ? null : plan
}

function checkDuplicates(blocks: Pick<Plan, 'block' | 'finally'>, findings: FindingList): void {
  const seen = new Set<string>()
  for (const { id, at } of everyStepOf(blocks)) {
    if (seen.has(id)) findings.error('semantic', 'DUPLICATE_STEP', `Two steps have the id "${id}".`, findings.sources.value([...at, 'id']))
    seen.add(id)
  }
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
