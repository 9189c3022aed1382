import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, [id = '']) => {
  const { output } = context
  const project = await openProject(context)
  try {
    const engine = await project.engine()
    await engine.cancel(id)
    const result = await engine.show(id)
    output.result(result)
    output.print(`${id}: ${result.status}`)
    return 0
  } finally {
    await project.close()
  }
}
