import type { NameScope, TemplateCompiler } from './compile-step.js'
import type { BindContext } from './bind-context.js'
import { bindModels } from './bind-models.js'
import { checkStepInput } from './check-step-input.js'
import { checkStepShape } from './check-step-shape.js'
import type { StepDocument, ToolDocument } from './document-schema.js'
import { findExpressions } from './find-expressions.js'
import { nameHint } from './nearest.js'
import { orderSteps } from './order-steps.js'
import type {
  PlannedBlock,
  PlannedCall,
  PlannedErrorPolicy,
  PlannedForEach,
  PlannedGroup,
  PlannedLoop,
  PlannedStep,
  PlannedSwitch,
  PlannedTool,
} from './plan.js'
import type { DocumentPath } from './source-map.js'

/** The prefix under which a pipeline can use a genesis stage as a step. */
const stagePrefix = 'genesis/'

/** Binds the steps of a block to their types. Steps that cannot be bound are left out, and `findings` says why. */
export async function bindBlock(
  documents: readonly StepDocument[],
  at: DocumentPath,
  around: NameScope,
  context: BindContext,
  output?: { readonly value: unknown; readonly at: DocumentPath; readonly step: string },
): Promise<PlannedBlock> {
  const names = { ...around, steps: new Set([...around.steps, ...documents.map((step) => step.id)]) }
  const bound: PlannedStep[] = []
  for (const [index, document] of documents.entries()) {
    const step = await bindStep(document, [...at, index], names, context)
    if (step) bound.push(step)
  }
  return {
    steps: orderSteps(documents, at, bound, context.findings),
    output: output?.value === undefined ? null : context.compiler.value(output.value, output.at, names, output.step),
  }
}

async function bindStep(document: StepDocument, at: DocumentPath, names: NameScope, context: BindContext): Promise<PlannedStep | null> {
  if (!checkStepShape(document, at, context.findings)) return null
  const { compiler } = context
  const { id } = document
  const before = compiler.references.length
  const condition = typeof document.if === 'string' ? compiler.condition(document.if, [...at, 'if'], names, id) : (document.if ?? true)
  const forEach = bindForEach(document, at, names, compiler)
  const perItem = withWords(names, ...(forEach ? ['item', 'index', ...(forEach.as === null ? [] : [forEach.as])] : []))
  const loop = bindLoop(document, at, perItem, compiler)
  const inside = withWords(perItem, ...(loop ? ['loop'] : []))
  const work = await bindWork(document, at, inside, context)
  if (!work) return null
  const onError = await bindErrorPolicy(document, at, withWords(perItem, 'error'), context)
  const key = document.idempotency_key
  const idempotencyKey = key === undefined ? null : compiler.text(key, [...at, 'idempotency_key'], inside, id)
  const reads = new Set(
    compiler.references
      .slice(before)
      .flatMap(({ reference: [root, name] }) => (root === 'steps' && name !== undefined ? [String(name)] : [])),
  )
  return { id, document, at, dependsOn: [], reads: [...reads], work, condition, forEach, loop, onError, idempotencyKey }
}

function bindForEach(document: StepDocument, at: DocumentPath, names: NameScope, compiler: TemplateCompiler): PlannedForEach | null {
  const given = document.for_each
  if (given === undefined) return null
  return { document: given, items: compiler.list(given, [...at, 'for_each'], names, document.id), as: document.as ?? null }
}

function bindLoop(document: StepDocument, at: DocumentPath, names: NameScope, compiler: TemplateCompiler): PlannedLoop | null {
  if (document.while === undefined && document.until === undefined) return null
  const inLoop = withWords(names, 'loop')
  const condition = (key: 'while' | 'until'): PlannedLoop['while'] => {
    const source = document[key]
    if (source === undefined) return null
    const compiled = compiler.condition(source, [...at, key], inLoop, document.id)
    return compiled === true ? null : compiled
  }
  return {
    while: condition('while'),
    until: condition('until'),
    // A loop without a bound is an error, so this is never what holds.
    maxIterations: document.max_iterations ?? 1,
    onLimit: document.on_limit ?? 'fail',
  }
}

async function bindWork(
  document: StepDocument,
  at: DocumentPath,
  names: NameScope,
  context: BindContext,
): Promise<PlannedCall | PlannedGroup | PlannedSwitch | null> {
  const output = { value: document.output, at: [...at, 'output'], step: document.id }
  if (document.steps) return { kind: 'group', block: await bindBlock(document.steps, [...at, 'steps'], names, context, output) }
  if (document.switch !== undefined) return bindSwitch(document, at, names, context)
  return bindCall(document, at, names, context)
}

async function bindSwitch(document: StepDocument, at: DocumentPath, names: NameScope, context: BindContext): Promise<PlannedSwitch> {
  const { compiler } = context
  const cases = new Map<string, PlannedBlock>()
  for (const [name, steps] of Object.entries(document.cases ?? {}))
    cases.set(name, await bindBlock(steps, [...at, 'cases', name], names, context))
  const otherwise = document.default ? await bindBlock(document.default, [...at, 'default'], names, context) : null
  const inner = [...cases.values(), ...(otherwise ? [otherwise] : [])].flatMap((block) => block.steps.map((step) => step.id))
  return {
    kind: 'switch',
    on: compiler.expression(document.switch ?? '', [...at, 'switch'], names, document.id),
    cases,
    otherwise,
    output:
      document.output === undefined
        ? null
        : compiler.value(document.output, [...at, 'output'], { ...names, steps: new Set([...names.steps, ...inner]) }, document.id),
  }
}

async function bindCall(document: StepDocument, at: DocumentPath, names: NameScope, context: BindContext): Promise<PlannedCall | null> {
  const type = await describeType(document.uses ?? '', at, context)
  if (!type) return null
  const input = type.kind === 'step' ? type.input : type.reads
  const literal = findExpressions(input, document.with).map(({ path }) => path)
  const given = context.compiler.value(document.with ?? {}, [...at, 'with'], names, document.id, literal)
  await checkStepInput(document, at, input, given, context.findings)
  const tools: PlannedTool[] = []
  for (const [index, tool] of (document.tools ?? []).entries()) {
    const step = await bindTool(tool, [...at, 'tools', index], names, context)
    if (step) tools.push({ document: tool, step })
  }
  return { kind: 'call', type, with: given, models: await bindModels(document, at, type, context), tools }
}

function bindTool(tool: ToolDocument, at: DocumentPath, names: NameScope, context: BindContext): Promise<PlannedStep | null> {
  return bindStep(tool, at, withWords(names, 'arguments'), context)
}

async function bindErrorPolicy(
  document: StepDocument,
  at: DocumentPath,
  names: NameScope,
  context: BindContext,
): Promise<PlannedErrorPolicy> {
  const policy = document.on_error ?? context.document.defaults.on_error ?? 'fail'
  if (policy === 'fail') return { kind: 'fail' }
  const path = [...at, 'on_error']
  if (policy === 'continue') return { kind: 'continue', value: context.compiler.value(null, path, names, document.id) }
  if ('model' in policy) {
    await context.checkModel(policy.model, [...path, 'model'])
    return { kind: 'model', model: policy.model }
  }
  if ('step' in policy) {
    const step = await bindStep(policy.step, [...path, 'step'], names, context)
    return step ? { kind: 'step', step } : { kind: 'fail' }
  }
  return { kind: 'continue', value: context.compiler.value(policy.continue, [...path, 'continue'], names, document.id) }
}

async function describeType(uses: string, at: DocumentPath, { points, findings }: BindContext): Promise<PlannedCall['type'] | undefined> {
  const isStage = uses.startsWith(stagePrefix)
  const description = isStage ? await points.describe('genesis-stage', uses.slice(stagePrefix.length)) : await points.describe('step', uses)
  if (!description) {
    const known = isStage ? points.ids('genesis-stage').map((id) => stagePrefix + id) : points.ids('step')
    findings.error(
      'semantic',
      'UNKNOWN_STEP_TYPE',
      `There is no step type "${uses}".`,
      findings.sources.value([...at, 'uses']),
      nameHint(uses, known, 'Install the plugin that has it.'),
    )
  }
  return description
}

function withWords(names: NameScope, ...words: readonly string[]): NameScope {
  return words.length === 0 ? names : { ...names, words: new Set([...names.words, ...words]) }
}
