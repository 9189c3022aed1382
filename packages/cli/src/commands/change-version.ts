import { PipewrightError } from '@pipewright/kernel'
import { findProjectRoot, readConfig } from '../project/read-config.js'
import { splitName } from '../registry/package-name.js'
import { openRegistry } from '../registry/template-source.js'
import type { CommandContext } from '../program.js'

const said = {
  yank: 'is yanked: new installations no longer get it, what is pinned keeps working',
  unyank: 'can be installed again',
  deprecate: 'is deprecated: who installs it is told',
} as const

/** Yanks, restores or deprecates one version. */
export async function changeVersion(
  context: CommandContext,
  given: string,
  action: 'yank' | 'unyank' | 'deprecate',
  reason: unknown,
): Promise<number> {
  const { name, range } = splitName(given)
  if (range === undefined) throw new PipewrightError('USAGE', `Which version of ${name}?`, { hint: `Write ${name}@1.0.0.` })
  const registry = await openRegistry(context, await readConfig(await findProjectRoot(context.cwd)))
  const answer = await registry.change(name, range, action, typeof reason === 'string' ? reason : '')
  context.output.result(answer)
  context.output.print(`${context.output.color.green('✓')} ${name}@${range} ${said[action]}`)
  return 0
}
