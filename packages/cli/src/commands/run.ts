import { noUsage, PipewrightError, toPipewrightError, type RunSettings } from '@pipewright/kernel'
import { exitCodeOf, printRun, watchRun } from '../output/print-run.js'
import { InvalidPipeline } from '../output/report-error.js'
import { readGrants } from '../project/grants.js'
import { loadPipeline } from '../project/load-pipeline.js'
import { openProject } from '../project/open-project.js'
import { parseInputs } from '../project/parse-inputs.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, [file = ''], options) => {
  if (options['dryRun'] === true) return (await import('./plan.js')).run(context, [file], options)
  const { output, cwd } = context
  const project = await openProject(context)
  try {
    const engine = await project.engine()
    const { plan, source } = await loadPipeline(engine, file, cwd)
    const { values, grantedFiles } = await parseInputs(
      plan.document,
      (options['input'] as string[] | undefined) ?? [],
      options['inputs'] as string | undefined,
      project.root,
      cwd,
    )
    const settings: RunSettings = {
      ...providerSetting(options['provider'], project.host.ids('provider')),
      ...maxUsdSetting(options['maxUsd']),
      ...(options['cache'] === false ? { cache: false } : {}),
      grantedFiles: [...grantedFiles, ...(await readGrants(project.state, source.file))],
    }
    const result = await engine.start(plan, { inputs: values, settings, signal: context.signal, onEvent: watchRun(output) })
    output.result(result)
    await printRun(result, output)
    return exitCodeOf(result)
  } catch (thrown) {
    output.result(refused(thrown))
    throw thrown
  } finally {
    await project.close()
  }
}

/** What did not even begin, with the keys of a run. */
function refused(thrown: unknown): object {
  return {
    runId: null,
    status: 'failed',
    outputs: {},
    error: toPipewrightError(thrown).toJSON(),
    ...(thrown instanceof InvalidPipeline ? { findings: thrown.findings } : {}),
    steps: [],
    usage: noUsage,
    budget: { reserved: 0, spent: 0, limit: null },
  }
}

export function providerSetting(given: unknown, known: readonly string[]): { provider?: string } {
  if (typeof given !== 'string') return {}
  if (!known.includes(given))
    throw new PipewrightError('UNKNOWN_PROVIDER', `There is no provider "${given}".`, { hint: `Providers: ${known.join(', ')}.` })
  return { provider: given }
}

export function maxUsdSetting(given: unknown): { maxUsd?: number } {
  if (given === undefined) return {}
  const amount = Number(given)
  if (!Number.isFinite(amount) || amount <= 0)
    throw new PipewrightError('USAGE', `--max-usd ${JSON.stringify(given)} is not an amount of money.`, {
      hint: 'Write a number of US dollars, for example --max-usd 0.50.',
    })
  return { maxUsd: amount }
}
