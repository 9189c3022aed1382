import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { PipewrightError } from '@pipewright/kernel'
import { exitCodeOf, printOutcome } from '../genesis/print-outcome.js'
import { runGenesis } from '../genesis/run-genesis.js'
import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'
import { maxUsdSetting, providerSetting } from './run.js'

export const run: CommandRunner = async (context, words, options) => {
  const { output, cwd } = context
  if (words[0] === 'edit')
    throw new PipewrightError('USAGE', 'Changing a pipeline in words is not part of this version.', {
      hint: 'Edit the YAML; `pipewright validate FILE` says what does not fit.',
    })
  const requirement = words.join(' ')
  if (requirement.trim() === '')
    throw new PipewrightError('USAGE', 'There is no requirement.', {
      hint: 'Say what you need: pipewright genesis "find what is missing in sales.csv"',
    })
  const project = await openProject(context)
  try {
    const outcome = await runGenesis(context, project, {
      requirement,
      template: (options['template'] as string | undefined) ?? '',
      answers: await readAnswers(options['answers'], cwd),
      assumeDefaults: options['yes'] === true,
      selectOnly: options['dryRun'] === true,
      model: (options['model'] as string | undefined) ?? '',
      out: resolve(options['out'] === undefined ? project.root : cwd, (options['out'] as string | undefined) ?? 'pipelines'),
      settings: { ...providerSetting(options['provider'], project.host.ids('provider')), ...maxUsdSetting(options['maxUsd']) },
    })
    output.result(outcome)
    printOutcome(outcome, output, cwd)
    return exitCodeOf(outcome)
  } finally {
    await project.close()
  }
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
