import type { Plan, RunResult } from '@pipewright/kernel'
import type { GenesisOutcome } from '../genesis/genesis-outcome.js'
import { drawGraph } from '../output/graph/draw-graph.js'
import { estimateTable } from '../output/print-estimate.js'
import { printRun, watchRun } from '../output/print-run.js'
import { readGrants } from '../project/grants.js'
import { loadPipeline } from '../project/load-pipeline.js'
import type { Project } from '../project/open-project.js'
import type { CommandContext } from '../program.js'
import type { TourModel } from './choose-tour-model.js'
import { printTitle } from './print-title.js'
import { sampleInputs } from './sample-inputs.js'

interface MadePipeline {
  readonly filled: GenesisOutcome['filled']
  readonly files: NonNullable<GenesisOutcome['files']>
}

/** Shows what a pipeline will do and cost at most, and runs it: on the file that the requirement names, else on the template's sample. */
export async function runPipeline(
  { output, cwd, signal }: CommandContext,
  project: Project,
  { filled, files }: MadePipeline,
  { provider, note }: TourModel,
): Promise<{ readonly plan: Plan; readonly result: RunResult }> {
  const engine = await project.engine()
  const { plan, source, estimate } = await loadPipeline(engine, files.pipeline, cwd)
  printTitle(3, 'What will run, and what it will cost at most', output)
  output.print(`${drawGraph(plan, output.columns)}\n\n${estimateTable(estimate)}`)

  printTitle(4, 'The run', output)
  const hasFile = filled.some(({ input }) => plan.document.inputs[input]?.type === 'file')
  const sample = hasFile ? null : await sampleInputs(files, project.root, plan.document.inputs)
  if (sample) output.print(output.color.dim('The requirement names no file, so it runs on the template’s own sample.'))
  output.print(output.color.yellow(note))
  const result = await engine.start(plan, {
    inputs: sample ?? {},
    settings: { ...(provider === null ? {} : { provider }), grantedFiles: await readGrants(project.state, source.file) },
    signal,
    onEvent: watchRun(output),
  })
  await printRun(result, output)
  return { plan, result }
}
