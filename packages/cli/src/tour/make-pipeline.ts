import { join } from 'node:path'
import type { GenesisOutcome } from '../genesis/genesis-outcome.js'
import { printOutcome } from '../genesis/print-outcome.js'
import { runGenesis } from '../genesis/run-genesis.js'
import type { Project } from '../project/open-project.js'
import type { CommandContext } from '../program.js'
import type { TourModel } from './choose-tour-model.js'
import { printTitle } from './print-title.js'

/** Has genesis make a pipeline, with every question's default, and shows what it found and why. */
export async function makePipeline(
  context: CommandContext,
  project: Project,
  requirement: string,
  { model }: TourModel,
): Promise<GenesisOutcome> {
  const { output, cwd } = context
  printTitle(2, 'A requirement becomes a pipeline', output)
  output.print(output.color.italic(`“${requirement}”\n`))
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
  printOutcome(outcome, output, cwd)
  return outcome
}
