import { userInfo } from 'node:os'
import { exitCodeOf, printRun, watchRun } from '../output/print-run.js'
import { answerGenesis, coordinatorName } from '../genesis/answer-genesis.js'
import { openProject } from '../project/open-project.js'
import type { CommandContext } from '../program.js'

/** Records a person's answer and goes on with what waited for it. */
export async function answer(
  context: CommandContext,
  id: string,
  approved: boolean,
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  const { output } = context
  const reason = options['reason'] as string | undefined
  const given = { approved, by: userInfo().username, at: new Date().toISOString(), ...(reason === undefined ? {} : { reason }) }
  const project = await openProject(context)
  try {
    const summary = await (await project.store()).journal.get(id)
    if (summary?.pipeline === coordinatorName) return await answerGenesis(context, project, id, given)
    const engine = await project.engine()
    await engine.answer(id, given, options['step'] as string | undefined)
    const result = await engine.resume(id, { signal: context.signal, onEvent: watchRun(output) })
    output.result(result)
    await printRun(result, output)
    return exitCodeOf(result)
  } finally {
    await project.close()
  }
}
