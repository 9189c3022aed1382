import { PipewrightError } from '@pipewright/kernel'
import { findProjectRoot, readConfig } from '../project/read-config.js'
import { writeToken } from '../registry/credentials.js'
import { registryUrl } from '../registry/template-source.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context) => {
  const url = registryUrl(context, await readConfig(await findProjectRoot(context.cwd)))
  if (url === undefined) throw new PipewrightError('USAGE', 'Which registry?', { hint: 'Give --registry URL.' })
  await writeToken(url, undefined, context.environment)
  context.output.result({ registry: url, loggedIn: false })
  context.output.print(`The token for ${url} is forgotten here. It stays valid: revoke it at the registry if it has leaked.`)
  return 0
}
