import { isUtf8 } from 'node:buffer'
import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { CheckedDocument, DocumentSource, Engine, EngineOptions, PlanEstimate } from './engine.js'
import { PipewrightError } from './errors/pipewright-error.js'
import { loadTokenCounter } from './budget/likely-tokens.js'
import { bindPlan } from './pipeline/bind-plan.js'
import { checkBudget } from './pipeline/check-budget.js'
import { estimatePlan, type EstimateOptions } from './pipeline/estimate-plan.js'
import { FindingList } from './pipeline/finding-list.js'
import { everyStepOf, type Plan } from './pipeline/plan.js'
import { readDocument } from './pipeline/read-document.js'
import { maxDocumentBytes } from './pipeline/read-yaml.js'
import { StepHistory } from './pipeline/step-history.js'
import type { Estimate } from './points/estimate.js'
import { mustNest } from './pipeline/nesting.js'
import { ProjectFiles } from './run/project-files.js'
import { RunManager } from './run/run-manager.js'
import { reviewPlan } from './validate/check-plan.js'

/** A pipeline that is estimated on behalf of others: the files of those around it, and what is known of files so far. */
interface Nesting {
  readonly around: readonly string[]
  readonly known: Map<string, Estimate>
  readonly grounds: (plan: Plan) => Promise<Grounds>
}

/** What estimates rest on beside assumptions. */
type Grounds = Pick<EstimateOptions, 'countTokens' | 'history'>

/** Builds the engine over what the host has put together. Opens nothing and loads no plugin by itself. */
export function createEngine(options: EngineOptions): Engine {
  const files = new ProjectFiles(options.projectRoot)
  /** Where a pipeline lies that another one names; links are followed, so that each has one path only. */
  const locate = async (path: string, from: Plan): Promise<string> => real(await files.locate(resolve(dirname(from.file), path), path))
  const mustPlan = async (source: DocumentSource, shown: string = source.file): Promise<Plan> => {
    const { plan, findings } = await read(source)
    if (plan) return plan
    const first = findings.find((finding) => finding.severity === 'error')
    throw new PipewrightError(
      first?.code ?? 'INVALID_VALUE',
      `${shown}: ${first?.message ?? 'not a valid pipeline'}`,
      first ? { hint: first.hint, place: { file: first.file, line: first.line, column: first.column } } : {},
    )
  }
  const planFor = async (path: string, from: Plan): Promise<Plan> => mustPlan(await readDocumentFile(await locate(path, from)), path)

  const estimate = async (plan: Plan, inputs: Readonly<Record<string, unknown>>, nesting: Nesting): Promise<PlanEstimate> => {
    const { around, known, grounds } = nesting
    return estimatePlan(plan, inputs, {
      points: options.points,
      ...(await grounds(plan)),
      async estimatePipeline(path): Promise<Estimate> {
        const file = await locate(path, plan)
        mustNest(file, around)
        const before = known.get(file)
        if (before) return before
        const { total } = await estimate(await planFor(path, plan), {}, { around: [...around, file], known, grounds })
        known.set(file, total)
        return total
      },
    })
  }
  const outermost = async ({ file }: Plan, grounds: Nesting['grounds']): Promise<Nesting> => ({
    around: [await real(file)],
    known: new Map(),
    grounds,
  })
  const assumed = async (): Promise<Grounds> => ({})
  /** Counting takes a tokenizer, which takes a while to load, and looking back takes the store: only whoever asks for an estimate waits. */
  const measured = async (plan: Plan): Promise<Grounds> => {
    const pastRuns = options.pastRuns ?? ((name) => options.store.journal.pastRuns(name))
    const history = new StepHistory(await pastRuns(plan.document.pipeline), plan.text)
    const asks = [...everyStepOf(plan)].some(({ work }) => work.kind === 'call' && work.type.usesModel)
    return { history, ...(asks ? { countTokens: await loadTokenCounter() } : {}) }
  }

  const read = async ({
    text,
    file,
  }: DocumentSource): Promise<{
    plan: Plan | null
    document: CheckedDocument['document']
    findings: CheckedDocument['findings']
    list: FindingList | null
  }> => {
    const parsed = readDocument(text, file)
    if (!parsed.ok) return { plan: null, document: null, findings: parsed.findings, list: null }
    const list = new FindingList(file, parsed.sources)
    const plan = await bindPlan(parsed.document, text, file, list, {
      points: options.points,
      defaultModel: options.defaultModel,
      ...(options.guardrails ? { guardrails: options.guardrails } : {}),
      ...(options.secrets ? { secrets: options.secrets.names } : {}),
    })
    return { plan, document: parsed.document, findings: list.sorted(), list }
  }

  const manager = new RunManager(options, {
    planFor,
    planOf: async (source) => (await read(source)).plan,
    mustPlan,
    async textOf(file) {
      const isThere = await stat(file).then(
        (info) => info.isFile(),
        () => false,
      )
      return isThere ? (await readDocumentFile(file)).text : null
    },
  })

  return {
    durability: options.store.durability,
    async check(source, checkOptions = {}) {
      const { plan, document, findings, list } = await read(source)
      if (!plan || !list) return { document, plan, findings, estimate: null }
      reviewPlan(plan, list, checkOptions.inputs ?? {})
      const priced = await estimate(plan, checkOptions.inputs ?? {}, await outermost(plan, assumed)).catch((error: unknown) => {
        list.thrown('semantic', ['steps'], error)
        return null
      })
      if (priced) checkBudget(plan, priced, list)
      return { document, plan: list.hasErrors ? null : plan, findings: list.sorted(), estimate: list.hasErrors ? null : priced }
    },
    estimate: async (plan, inputs, { quick = false } = {}) => estimate(plan, inputs, await outermost(plan, quick ? assumed : measured)),
    start: (plan, startOptions) => manager.start(plan, startOptions),
    resume: (runId, resumeOptions) => manager.resume(runId, resumeOptions),
    answer: (runId, answer, step) => manager.answer(runId, answer, step),
    show: (runId) => manager.show(runId),
    cancel: (runId) => manager.cancel(runId),
  }
}

function real(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

/** Reads a pipeline file within bounds. @throws DOCUMENT_NOT_FOUND, DOCUMENT_TOO_LARGE, DOCUMENT_UNREADABLE */
export async function readDocumentFile(path: string): Promise<DocumentSource> {
  const info = await stat(path).catch(() => null)
  if (!info?.isFile()) throw new PipewrightError('DOCUMENT_NOT_FOUND', `There is no pipeline file ${path}.`)
  if (info.size > maxDocumentBytes) {
    throw new PipewrightError(
      'DOCUMENT_TOO_LARGE',
      `${path} has ${info.size.toLocaleString('en')} bytes; at most ${maxDocumentBytes.toLocaleString('en')} are read.`,
      { place: { file: path, line: 1, column: 1 } },
    )
  }
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new PipewrightError('DOCUMENT_UNREADABLE', `${path} cannot be read.`, { place: { file: path }, cause })
  })
  const text = new TextDecoder().decode(bytes)
  if (isUtf8(bytes)) return { text, file: path }
  const before = text.slice(0, text.indexOf('\uFFFD')).split('\n')
  throw new PipewrightError('DOCUMENT_UNREADABLE', `${path} is not text in UTF-8.`, {
    place: { file: path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
  })
}
