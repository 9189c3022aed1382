import type { PluginListing } from '@pipewright/kernel'
import { table } from '../output/table.js'
import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context) => {
  const { output } = context
  const project = await openProject(context)
  try {
    const plugins = project.host.list()
    output.result({ plugins })
    const rows = plugins.map((plugin) => [plugin.name, plugin.version, plugin.origin, contributionsOf(plugin)])
    output.print(table(['plugin', 'version', 'origin', 'contributes'], rows))
    return 0
  } finally {
    await project.close()
  }
}

/** `step read, write; guardrail secrets` */
function contributionsOf({ contributes }: PluginListing): string {
  const byKind = Map.groupBy(contributes, ({ kind }) => kind)
  return [...byKind].map(([kind, entries]) => `${kind} ${entries.map(({ id }) => id).join(', ')}`).join('; ')
}
