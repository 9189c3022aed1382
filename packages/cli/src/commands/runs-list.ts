import { isHeld, type JournalStore, type RunSummary } from '@pipewright/kernel'
import { table } from '../output/table.js'
import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context) => {
  const { output } = context
  const project = await openProject(context)
  try {
    const { journal } = await project.store()
    const runs = await Promise.all((await journal.list(50)).map((one) => asItStands(journal, one)))
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

/** A run whose process ended without a word still says that it is running. */
async function asItStands(journal: JournalStore, summary: RunSummary): Promise<RunSummary> {
  return summary.status === 'running' && !(await isHeld(journal, summary.id)) ? { ...summary, status: 'interrupted' } : summary
}
