import { findProjectRoot, readConfig } from '../project/read-config.js'
import { openRegistry } from '../registry/template-source.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context) => {
  const registry = await openRegistry(context, await readConfig(await findProjectRoot(context.cwd)))
  const me = await registry.me()
  context.output.result(me)
  context.output.print(`${me.name} at ${registry.label} (${me.scopes.join(', ')})`)
  return 0
}
