import { printRun } from '../output/print-run.js'
import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, [id = '']) => {
  const { output } = context
  const project = await openProject(context)
  try {
    const result = await (await project.engine()).show(id)
    output.result(result)
    output.print(`${result.pipeline}\n`)
    await printRun(result, output)
    return 0
  } finally {
    await project.close()
  }
}
