import { table } from '../output/table.js'
import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context) => {
  const { output } = context
  const project = await openProject(context)
  try {
    const runs = await (await project.store()).journal.list(50)
    output.result({ runs })
    output.print(
      runs.length === 0
        ? 'No runs yet.'
        : table(
            ['id', 'pipeline', 'status', 'started'],
            runs.map((one) => [one.id, one.pipeline, one.status, one.startedAt]),
          ),
    )
    return 0
  } finally {
    await project.close()
  }
}
