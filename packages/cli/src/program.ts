import { Command, CommanderError } from 'commander'
import { commandList, type CommandDefinition } from './command-list.js'
import { Output } from './output/output.js'
import { version } from './version.js'

/** What every command is given. */
export interface CommandContext {
  readonly output: Output
  /** Absolute. */
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborts when the person interrupts the command. */
  readonly signal: AbortSignal
  /** What `--registry` names. */
  readonly registry: string | undefined
}

/** A command's code: takes what was typed, returns the exit code. */
export type CommandRunner = (
  context: CommandContext,
  args: readonly string[],
  options: Readonly<Record<string, unknown>>,
) => Promise<number>

interface GlobalOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly registry?: string
}

/** Runs the command line. @returns the exit code */
export async function runProgram(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController()
  const onSignal = (): void => {
    // A second one, whichever, ends the process at once.
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    interrupt.abort()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  // A reader that has seen enough closes the pipe: that ends the output, not the work.
  let lost: NodeJS.ErrnoException | undefined
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') lost = error
  })
  // Nobody is left to be told.
  process.stderr.on('error', () => {})
  let exitCode = 0
  const program = new Command('pipewright')
    .description('Makes and runs AI pipelines, template-first and within budget.')
    .version(version, '-V, --version')
    .option('--json', 'print one JSON document and nothing else on stdout')
    .option('--registry <url>', 'the registry to use')
    .option('--quiet', 'print results only')
    .option('--verbose', 'print more, stacks of defects included')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
  const define = (parent: Command, definition: CommandDefinition): void => {
    const command = parent
      .command(definition.usage, definition.hidden === true ? { hidden: true } : {})
      .description(definition.summary)
      .exitOverride()
    for (const [flags, description, kind] of definition.options ?? []) {
      if (kind === 'repeatable') command.option(flags, description, (value: string, before: string[]) => [...before, value], [])
      else command.option(flags, description)
    }
    for (const child of definition.commands ?? []) define(command, child)
    if (!definition.load) return
    const { load } = definition
    command.action(async () => {
      const options = { ...program.opts<GlobalOptions>(), ...command.opts() } as GlobalOptions & Record<string, unknown>
      const output = new Output(options)
      const args = command.args
      try {
        const run = (await load()).run
        exitCode = await run(
          { output, cwd: process.cwd(), environment: process.env, signal: interrupt.signal, registry: options.registry },
          args,
          options,
        )
      } catch (error) {
        // Loaded only now: the table of errors comes with the kernel's readers, which help and version do without.
        const { reportError } = await import('./output/report-error.js')
        exitCode = await reportError(error, output)
      }
    })
  }
  for (const definition of commandList) define(program, definition)
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    // Help and version were asked for; everything else is a usage error.
    if (!(error instanceof CommanderError) || error.exitCode !== 0) {
      const { reportError, usageError } = await import('./output/report-error.js')
      const reported = error instanceof CommanderError ? usageError(error) : error
      exitCode = await reportError(reported, new Output({ json: argv.includes('--json') }))
    }
  }
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
  if (lost) {
    const { reportError, outputLost } = await import('./output/report-error.js')
    exitCode = await reportError(outputLost(lost), new Output())
  }
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  return exitCode
}
