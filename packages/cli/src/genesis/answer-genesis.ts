import type { Answer } from '@pipewright/kernel'
import { conclude } from '../commands/genesis.js'
import type { Project } from '../project/open-project.js'
import type { CommandContext } from '../program.js'
import { genesisServices } from './genesis-services.js'

export const coordinatorName = 'genesis_coordinator'

/** Records a person's verdict on a genesis result and goes on with it. @returns the exit code */
export async function answerGenesis(context: CommandContext, project: Project, id: string, answer: Answer): Promise<number> {
  const engine = await project.engine(genesisServices(project, await project.templates(), context.cwd))
  await engine.answer(id, answer)
  return conclude(context, project, await engine.resume(id, { signal: context.signal }))
}
