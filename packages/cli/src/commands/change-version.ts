import { PipewrightError } from '@pipewright/kernel'
import { findProjectRoot, readConfig } from '../project/read-config.js'
import { splitName } from '../registry/registry-client.js'
import { openRegistry } from '../registry/template-source.js'
import type { CommandContext } from '../program.js'

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
  const answer = await registry.post(`/v1/packages/${name}/versions/${range}/${action}`, {
    reason: typeof reason === 'string' ? reason : '',
  })
  context.output.result(answer)
  context.output.print(`${context.output.color.green('✓')} ${name}@${range}: ${action}`)
  return 0
}
