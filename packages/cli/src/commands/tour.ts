import { join, relative } from 'node:path'
import type { Plan } from '@pipewright/kernel'
import { exitCodeOf as genesisExitCode, printOutcome } from '../genesis/print-outcome.js'
import { runGenesis } from '../genesis/run-genesis.js'
import { drawGraph } from '../output/graph.js'
import { estimateTable } from '../output/print-estimate.js'
import { exitCodeOf, printRun, watchRun } from '../output/print-run.js'
import { readGrants } from '../project/grants.js'
import { loadPipeline } from '../project/load-pipeline.js'
import { openProject, type Project } from '../project/open-project.js'
import type { CommandContext, CommandRunner } from '../program.js'
import { chooseTourModel } from '../tour/choose-tour-model.js'
import { exampleRequirement } from '../tour/example.js'
import { sampleInputs } from '../tour/sample-inputs.js'

/** The whole way once: a registry, genesis over HTTP, the plan, the run. */
export const run: CommandRunner = async (context, words) => {
  const { output } = context
  const { color } = output
  const title = (number: number, text: string): void => output.print(`\n${color.bold(color.cyan(`${number}  ${text}`))}\n`)
  const example = await exampleRequirement(context.cwd)
  const requirement = words.length > 0 ? words.join(' ') : example
  const { serveRegistry } = await import('@pipewright/registry')
  const { starterPackages } = await import('@pipewright/catalogue')

  title(1, 'A registry')
  const dataDirectory = join(context.cwd, '.pipewright', 'registry')
  const registry = await serveRegistry({ host: '127.0.0.1', port: 0, dataDirectory, seed: await starterPackages() })
  const project = await openProject({ ...context, registry: registry.url })
  try {
    const found = await (await project.templates()).search({ text: requirement, limit: 100 })
    output.print(`${registry.url} serves ${found.length} packages, embedded in this process (${relative(context.cwd, dataDirectory)}).`)

    title(2, 'A requirement becomes a pipeline')
    output.print(color.italic(`“${requirement}”\n`))
    const { model, provider, note } = chooseTourModel(context.environment)
    const outcome = await runGenesis(context, project, {
      requirement,
      template: '',
      answers: {},
      assumeDefaults: true,
      selectOnly: false,
      model,
      out: join(project.root, 'pipelines'),
      settings: {},
    })
    printOutcome(outcome, output, context.cwd)
    if (outcome.status !== 'created' || outcome.files === null) {
      output.result({ genesis: outcome, run: null })
      return genesisExitCode(outcome)
    }

    const engine = await project.engine()
    const { plan, source, estimate } = await loadPipeline(engine, outcome.files.pipeline, context.cwd)
    title(3, 'What will run, and what it will cost at most')
    output.print(`${drawGraph(plan)}\n\n${estimateTable(estimate)}`)

    title(4, 'The run')
    const hasFile = outcome.filled.some(({ input }) => plan.document.inputs[input]?.type === 'file')
    const sample = hasFile ? null : await sampleInputs(outcome.files, project.root, plan.document.inputs)
    if (sample) output.print(color.dim('The requirement names no file, so it runs on the template’s own sample.'))
    output.print(color.yellow(note))
    const result = await engine.start(plan, {
      inputs: sample ?? {},
      settings: { ...(provider === null ? {} : { provider }), grantedFiles: await readGrants(project.state, source.file) },
      signal: context.signal,
      onEvent: watchRun(output),
    })
    await printRun(result, output)
    output.result({ genesis: outcome, run: result })
    printNext(context, plan, project, outcome.files.pipeline, result.runId, provider)
    return exitCodeOf(result)
  } finally {
    await project.close()
    await registry.close()
  }
}

function printNext(
  { output, cwd }: CommandContext,
  plan: Plan,
  project: Project,
  pipeline: string,
  runId: string,
  provider: string | null,
): void {
  const { color } = output
  const path = relative(cwd, pipeline)
  output.print(`\n${color.bold(color.cyan('5  What to try next'))}\n`)
  const file = Object.entries(plan.document.inputs).find(([, input]) => input.type === 'file')?.[0]
  if (file !== undefined)
    output.next(`run ${path} --input ${file}=@YOUR-FILE${provider === null ? '' : ` --provider ${provider}`}`, 'on a file of your own')
  output.next(`runs report ${runId} --out run.html`, 'this run as a page: timeline, costs, outputs')
  output.next('genesis "what you need, in your own words"', 'the next pipeline')
  output.next('registry serve', 'the registry with its pages, to browse')
  output.print(`  ${color.dim(`Project: ${project.root}. Everything made here is in pipelines/ and .pipewright/.`)}`)
}
