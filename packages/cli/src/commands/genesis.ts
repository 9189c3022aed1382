import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { errorTable, PipewrightError, readDocumentFile, type Engine, type RunResult } from '@pipewright/kernel'
import { deliverFiles, stageFiles } from '../genesis/deliver-files.js'
import { composeOutcome, stageOutputs, type GenesisOutcome } from '../genesis/genesis-outcome.js'
import { genesisServices } from '../genesis/genesis-services.js'
import { printOutcome } from '../genesis/print-outcome.js'
import { openProject, type Project } from '../project/open-project.js'
import type { CommandContext, CommandRunner } from '../program.js'
import { maxUsdSetting, providerSetting } from './run.js'

const coordinatorPlugin = '@pipewright/genesis-template'

export const run: CommandRunner = async (context, words, options) => {
  const { output, cwd } = context
  if (words[0] === 'edit')
    throw new PipewrightError('USAGE', 'Changing a pipeline in words is not part of this version.', {
      hint: 'Edit the YAML; `pipewright validate FILE` says what does not fit.',
    })
  const project = await openProject(context)
  try {
    const services = genesisServices(project, await project.templates(), cwd)
    const engine = await project.engine(services)
    const { plan } = await engine.check(await readDocumentFile(coordinatorFile(project)))
    if (!plan) throw new PipewrightError('INTERNAL', 'The coordinator of genesis is not valid.')
    const assumeDefaults = options['yes'] === true
    const selectOnly = options['dryRun'] === true
    const answers = await readAnswers(options['answers'], cwd)
    const inputs = {
      requirement: words.join(' '),
      template: (options['template'] as string | undefined) ?? '',
      answers,
      assume_defaults: assumeDefaults,
      approved: assumeDefaults || selectOnly,
      select_only: selectOnly,
      model: (options['model'] as string | undefined) ?? '',
      out: resolve(options['out'] === undefined ? project.root : cwd, (options['out'] as string | undefined) ?? 'pipelines'),
    }
    const settings = { ...providerSetting(options['provider'], project.host.ids('provider')), ...maxUsdSetting(options['maxUsd']) }
    let result = await engine.start(plan, { inputs, settings, signal: context.signal })
    if (result.status === 'succeeded' && output.canAsk)
      result = (await askQuestions(result, engine, project, plan, inputs, settings, context)) ?? result
    if (result.status === 'paused' && output.canAsk) {
      printOutcome(await outcomeOf(project, result, selectOnly), output, cwd)
      result = await askApproval(result, engine, context)
    }
    return await conclude(context, project, result, selectOnly)
  } finally {
    await project.close()
  }
}

/** Puts the result where it belongs, says what it is. @returns the exit code */
export async function conclude(context: CommandContext, project: Project, result: RunResult, selectOnly = false): Promise<number> {
  const outcome = await outcomeOf(project, result, selectOnly)
  context.output.result(outcome)
  printOutcome(outcome, context.output, context.cwd)
  return exitCodeOf(outcome)
}

async function outcomeOf(project: Project, result: RunResult, selectOnly: boolean): Promise<GenesisOutcome> {
  const records = await (await project.store()).journal.read(result.runId)
  const stages = stageOutputs(records)
  const preview = composeOutcome(result, stages, selectOnly, null)
  if (preview.status === 'created') return { ...preview, files: await deliverFiles(project, records, result.runId, stages) }
  if (preview.status === 'awaiting-approval') return { ...preview, files: await stageFiles(project, result.runId, stages) }
  return preview
}

function exitCodeOf({ status, error }: GenesisOutcome): number {
  if (status === 'created' || status === 'selected') return 0
  if (status === 'needs-answers' || status === 'awaiting-approval') return 6
  if (status === 'no-match') return 1
  return error ? errorTable[error.code].exit : 3
}

export function coordinatorFile(project: Project): string {
  const plugin = project.host.list().find(({ name }) => name === coordinatorPlugin)
  if (!plugin) throw new PipewrightError('PLUGIN_NOT_FOUND', `Genesis needs the plugin ${coordinatorPlugin}.`)
  return join(plugin.directory, 'pipelines', 'genesis-coordinator.yaml')
}

async function readAnswers(file: unknown, cwd: string): Promise<Record<string, unknown>> {
  if (typeof file !== 'string') return {}
  const path = resolve(cwd, file)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new PipewrightError('FILE_NOT_FOUND', `There is no file ${path}.`, { cause: error })
  })
  const value: unknown = parse(text, { maxAliasCount: 100 })
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new PipewrightError('INPUT_INVALID', `${path} is not a map of question ids and parameters to answers.`)
}

/** Asks what is open, where a person sits, and starts again with the answers. */
async function askQuestions(
  result: RunResult,
  engine: Engine,
  project: Project,
  plan: Parameters<Engine['start']>[0],
  inputs: Readonly<Record<string, unknown>>,
  settings: NonNullable<Parameters<Engine['start']>[1]['settings']>,
  context: CommandContext,
): Promise<RunResult | null> {
  const { select } = stageOutputs(await (await project.store()).journal.read(result.runId))
  if (!select || select.questions.length === 0) return null
  const { text, isCancel } = await import('@clack/prompts')
  const answers: Record<string, unknown> = { ...(inputs['answers'] as Record<string, unknown>) }
  for (const question of select.questions) {
    context.output.print(context.output.color.dim(question.why))
    const answer = await text({
      message: question.question,
      ...(typeof question.default === 'string' && question.default !== '' ? { initialValue: question.default } : {}),
    })
    if (isCancel(answer)) return null
    answers[question.id] = answer
  }
  return engine.start(plan, { inputs: { ...inputs, answers }, settings, signal: context.signal })
}

async function askApproval(result: RunResult, engine: Engine, context: CommandContext): Promise<RunResult> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const approved = await confirm({ message: result.questions[0]?.message ?? 'Write it?' })
  if (isCancel(approved)) return result
  const { userInfo } = await import('node:os')
  await engine.answer(result.runId, { approved, by: userInfo().username, at: new Date().toISOString() })
  return engine.resume(result.runId, { signal: context.signal })
}
