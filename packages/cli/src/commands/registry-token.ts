import { databaseOption } from './registry-serve.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, _args, options) => {
  const { output } = context
  const { makeAdministratorToken } = await import('@pipewright/registry')
  const name = (options['name'] as string | undefined) ?? 'admin'
  const token = await makeAdministratorToken(await databaseOption(context, options), name)
  output.result({ name, token })
  output.print(token)
  output.note('This token is shown once. It may do everything: publish, yank, administer. `pipewright login --registry URL` remembers it.')
  return 0
}
