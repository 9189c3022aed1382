import { text } from 'node:stream/consumers'
import { PipewrightError } from '@pipewright/kernel'
import { findProjectRoot, readConfig } from '../project/read-config.js'
import { writeToken } from '../registry/credentials.js'
import { RegistryClient } from '../registry/registry-client.js'
import { registryUrl } from '../registry/template-source.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, _args, options) => {
  const { output, environment } = context
  const url = registryUrl(context, await readConfig(await findProjectRoot(context.cwd)))
  if (url === undefined) throw new PipewrightError('USAGE', 'Which registry?', { hint: 'Give --registry URL.' })
  const token = ((options['token'] as string | undefined) ?? (await askToken(output.canAsk))).trim()
  if (token === '')
    throw new PipewrightError('USAGE', 'There is no token.', {
      hint: 'Give --token, or write it to standard input. An administrator makes one with `pipewright registry token`.',
    })
  const me = await new RegistryClient(url, token).me()
  await writeToken(url, token, environment)
  output.result(me)
  output.print(`${output.color.green('✓')} ${url} knows you as ${me.name}. The token is remembered for this user only.`)
  return 0
}

async function askToken(canAsk: boolean): Promise<string> {
  if (!canAsk) return text(process.stdin)
  const { password, isCancel } = await import('@clack/prompts')
  const answer = await password({ message: 'Token' })
  return isCancel(answer) ? '' : answer
}
