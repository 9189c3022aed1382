import { join } from 'node:path'
import { PipewrightError, readDocumentFile, type Engine, type RunResult, type RunSettings } from '@pipewright/kernel'
import type { Project } from '../project/open-project.js'
import type { CommandContext } from '../program.js'
import { askApproval, askQuestions } from './ask-person.js'
import { deliverFiles, stageFiles } from './deliver-files.js'
import { composeOutcome, stageOutputs, type GenesisOutcome } from './genesis-outcome.js'
import { genesisServices } from './genesis-services.js'
import { printOutcome } from './print-outcome.js'

const coordinatorPlugin = '@pipewright/genesis-template'

export interface GenesisRequest {
  readonly requirement: string
  /** A template to take instead of searching; empty to search. */
  readonly template: string
  readonly answers: Readonly<Record<string, unknown>>
  /** Takes every question's default and counts as the caller's approval. */
  readonly assumeDefaults: boolean
  /** Stops after the selection and writes nothing. */
  readonly selectOnly: boolean
  /** `provider/model` that the pipeline is to run with; empty to keep the template's. */
  readonly model: string
  /** Absolute. Where the pipeline's folder goes. */
  readonly out: string
  readonly settings: RunSettings
}

/** Turns a requirement into a pipeline, asking the person where one sits. The files are on disk when the outcome names them. */
export async function runGenesis(context: CommandContext, project: Project, request: GenesisRequest): Promise<GenesisOutcome> {
  const engine = await project.engine(genesisServices(project, await project.templates(), context.cwd))
  const { plan } = await engine.check(await readDocumentFile(coordinatorFile(project)))
  if (!plan) throw new PipewrightError('INTERNAL', 'The coordinator of genesis is not valid.')
  const start = (answers: Readonly<Record<string, unknown>>): Promise<RunResult> =>
    engine.start(plan, { inputs: inputsOf(request, answers), settings: request.settings, signal: context.signal })

  let result = await start(request.answers)
  if (result.status === 'succeeded' && context.output.canAsk) {
    const { select } = await stagesOf(project, result)
    const answers = await askQuestions(select?.questions ?? [], context.output)
    if (answers) result = await start({ ...request.answers, ...answers })
  }
  if (result.status === 'paused' && context.output.canAsk) {
    printOutcome(await outcomeOf(project, result, request.selectOnly), context.output, context.cwd)
    result = await approve(engine, result, context)
  }
  return outcomeOf(project, result, request.selectOnly)
}

/** What a run of the coordinator came to; puts the files where they belong by then. */
export async function outcomeOf(project: Project, result: RunResult, selectOnly = false): Promise<GenesisOutcome> {
  const records = await (await project.store()).journal.read(result.runId)
  const stages = stageOutputs(records)
  const preview = composeOutcome(result, stages, selectOnly, null)
  if (preview.status === 'created') return { ...preview, files: await deliverFiles(project, records, result.runId, stages) }
  if (preview.status === 'awaiting-approval') return { ...preview, files: await stageFiles(project, result.runId, stages) }
  return preview
}

function inputsOf(request: GenesisRequest, answers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { requirement, template, assumeDefaults, selectOnly, model, out } = request
  return {
    requirement,
    template,
    answers,
    assume_defaults: assumeDefaults,
    approved: assumeDefaults || selectOnly,
    select_only: selectOnly,
    model,
    out,
  }
}

async function approve(engine: Engine, result: RunResult, context: CommandContext): Promise<RunResult> {
  const answer = await askApproval(result.questions[0]?.message ?? 'Write it?')
  if (!answer) return result
  await engine.answer(result.runId, answer)
  return engine.resume(result.runId, { signal: context.signal })
}

async function stagesOf(project: Project, { runId }: RunResult): Promise<ReturnType<typeof stageOutputs>> {
  return stageOutputs(await (await project.store()).journal.read(runId))
}

function coordinatorFile(project: Project): string {
  const plugin = project.host.list().find(({ name }) => name === coordinatorPlugin)
  if (!plugin) throw new PipewrightError('PLUGIN_NOT_FOUND', `Genesis needs the plugin ${coordinatorPlugin}.`)
  return join(plugin.directory, 'pipelines', 'genesis-coordinator.yaml')
}
