import { table } from '../output/table.js'
import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context) => {
  const { output } = context
  const project = await openProject(context)
  try {
    const plugins = project.host.list()
    output.result({ plugins })
    const rows = plugins.map((plugin) => [
      plugin.name,
      plugin.version,
      plugin.origin,
      plugin.contributes.map(({ kind, id }) => `${kind} ${id}`).join(', '),
    ])
    output.print(table(['plugin', 'version', 'origin', 'contributes'], rows))
    return 0
  } finally {
    await project.close()
  }
}
