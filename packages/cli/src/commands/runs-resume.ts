import { exitCodeOf, printRun, watchRun } from '../output/print-run.js'
import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, [id = ''], options) => {
  const { output } = context
  const project = await openProject(context)
  try {
    const from = options['from'] as string | undefined
    const engine = await project.engine()
    const result = await engine.resume(id, {
      reread: true,
      ...(from === undefined ? {} : { from }),
      signal: context.signal,
      onEvent: watchRun(output),
    })
    output.result(result)
    await printRun(result, output)
    return exitCodeOf(result)
  } finally {
    await project.close()
  }
}
