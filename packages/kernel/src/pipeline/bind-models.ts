import { loadPriceBook } from '../budget/price-book.js'
import type { BindContext, BindOptions } from './bind-context.js'
import type { StepDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import { nameHint } from './nearest.js'
import type { DocumentPath } from './source-map.js'

/** The models of a step, in the order in which they are asked; empty when it calls none. */
export async function bindModels(
  step: StepDocument,
  at: DocumentPath,
  type: { readonly usesModel: boolean },
  context: BindContext,
): Promise<readonly string[]> {
  const { defaults } = context.document
  const named: readonly (readonly [DocumentPath, readonly string[] | undefined])[] = [
    [[...at, 'models'], step.models],
    [[...at, 'model'], step.model === undefined ? undefined : [step.model]],
    ...(type.usesModel
      ? ([
          [['defaults', 'models'], defaults.models],
          [['defaults', 'model'], defaults.model === undefined ? undefined : [defaults.model]],
          [at, context.defaultModel === undefined ? undefined : [context.defaultModel]],
        ] as const)
      : []),
  ]
  const [path, models] = named.find(([, given]) => given !== undefined) ?? [at, undefined]
  if (models === undefined) {
    if (type.usesModel)
      context.findings.error(
        'semantic',
        'MISSING_MODEL',
        `Step "${step.id}" calls a model, and none is named.`,
        context.findings.sources.value([...at, 'id']),
      )
    return []
  }
  const known: string[] = []
  for (const [index, model] of models.entries())
    if (await context.checkModel(model, path.at(-1) === 'models' ? [...path, index] : path)) known.push(model)
  return known
}

/** Notes a finding when there is no such model. @returns whether there is */
export async function checkModel(model: string, at: DocumentPath, findings: FindingList, { points }: BindOptions): Promise<boolean> {
  const slash = model.indexOf('/')
  const provider = model.slice(0, slash)
  const description = await points.describe('provider', provider)
  if (!description) {
    findings.error(
      'semantic',
      'UNKNOWN_PROVIDER',
      `There is no provider "${provider}".`,
      findings.sources.value(at),
      nameHint(provider, points.ids('provider'), 'Install the plugin that has it.'),
    )
    return false
  }
  if (description.anyModel) return true
  const prices = await loadPriceBook()
  if (prices.knows(model)) return true
  findings.error(
    'semantic',
    'UNKNOWN_MODEL',
    `${provider} has no model "${model.slice(slash + 1)}" with a known price.`,
    findings.sources.value(at),
    nameHint(model.slice(slash + 1), prices.modelsOf(provider), 'Name another model.'),
  )
  return false
}
