import type { Answer } from '@pipewright/kernel'
import type { Project } from '../project/open-project.js'
import type { CommandContext } from '../program.js'
import { genesisServices } from './genesis-services.js'
import { exitCodeOf, printOutcome } from './print-outcome.js'
import { outcomeOf } from './run-genesis.js'

export const coordinatorName = 'genesis_coordinator'

/** Records a person's verdict on a genesis result and goes on with it. @returns the exit code */
export async function answerGenesis(context: CommandContext, project: Project, id: string, answer: Answer): Promise<number> {
  const engine = await project.engine(genesisServices(project, await project.templates(), context.cwd))
  await engine.answer(id, answer)
  const outcome = await outcomeOf(project, await engine.resume(id, { signal: context.signal }))
  context.output.result(outcome)
  printOutcome(outcome, context.output, context.cwd)
  return exitCodeOf(outcome)
}
