import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { PipewrightError } from '@pipewright/kernel'
import { findProjectRoot } from '../project/read-config.js'
import type { CommandContext, CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, _args, options) => {
  const { output, signal } = context
  const port = Number(options['port'] ?? 7400)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new PipewrightError('USAGE', '--port is a number from 0 to 65535.')
  const { serveRegistry } = await import('@pipewright/registry')
  const { starterPackages } = await import('@pipewright/catalogue')
  const served = await serveRegistry({
    port,
    host: (options['host'] as string | undefined) ?? '127.0.0.1',
    ...(await databaseOption(context, options)),
    ...(options['seed'] === false ? {} : { seed: await starterPackages() }),
    report: (message) => output.warn(message),
  })
  output.result({ url: served.url, seeded: served.seeded })
  output.print(`${output.color.bold(served.url)} serves the registry. Its API is described at ${served.url}/docs.`)
  if (served.seeded > 0) output.print(`It was empty: the ${served.seeded} templates of the starter library are published in it now.`)
  output.print(
    output.color.dim(`To publish, make a token with \`pipewright registry token\`, with the same database, also while this runs.`),
  )
  output.print(output.color.dim('Ctrl+C stops it.'))
  if (!signal.aborted) await once(signal, 'abort')
  await served.close()
  return 0
}

/** Which database the options name. */
export async function databaseOption(
  context: CommandContext,
  options: Readonly<Record<string, unknown>>,
): Promise<{ databaseUrl: string } | { dataDirectory: string }> {
  const url = (options['databaseUrl'] as string | undefined) ?? context.environment['DATABASE_URL']
  if (url !== undefined && options['data'] === undefined) return { databaseUrl: url }
  const data = options['data'] as string | undefined
  return {
    dataDirectory: data === undefined ? join(await findProjectRoot(context.cwd), '.pipewright', 'registry') : resolve(context.cwd, data),
  }
}
