import { PipewrightError } from '@pipewright/kernel'
import { modelPlaceholder, type Command, type CommandConfig } from './command-config.js'
import { commandPresets } from './command-presets.js'

/** A command with its model's name in place. */
export interface ResolvedCommand extends Command {
  readonly name: string
  readonly program: string
  readonly programArguments: readonly string[]
  /** How to get the program, when that is known. */
  readonly install: string | undefined
}

/** The command that `NAME` or `NAME:MODEL` names. @throws PROVIDER_INVALID_REQUEST */
export function resolveCommand(config: CommandConfig, named: string): ResolvedCommand {
  const colon = named.indexOf(':')
  const name = colon === -1 ? named : named.slice(0, colon)
  const model = colon === -1 ? undefined : named.slice(colon + 1)
  const command = own(config.commands, name) ?? own(commandPresets, name)
  if (command === undefined) {
    const known = [...new Set([...Object.keys(config.commands), ...Object.keys(commandPresets)])].sort().join(', ')
    throw new PipewrightError('PROVIDER_INVALID_REQUEST', `There is no command "${name}".`, {
      hint: `Known: ${known}. Others are configured under providers.command.commands in pipewright.yaml.`,
    })
  }
  const [program = '', ...programArguments] = withModel(name, command, model)
  return { ...command, name, program, programArguments, install: own(commandPresets, name)?.install }
}

function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function withModel(name: string, { command, modelArguments }: Command, model: string | undefined): string[] {
  const line = model === undefined ? command : [...command, ...modelArguments]
  const wanted = line.includes(modelPlaceholder)
  if (model === undefined && wanted) {
    throw new PipewrightError('PROVIDER_INVALID_REQUEST', `The command "${name}" needs a model.`, {
      hint: `Name it: command/${name}:MODEL.`,
    })
  }
  if (model === undefined) return line
  if (!wanted) {
    throw new PipewrightError('PROVIDER_INVALID_REQUEST', `The command "${name}" takes no model, but "${model}" is named.`, {
      hint: `Name command/${name}, or give the command modelArguments in pipewright.yaml.`,
    })
  }
  // The name becomes an argument of a program: nothing that could be taken for a flag or for more than a name.
  if (!/^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$/.test(model)) {
    throw new PipewrightError('PROVIDER_INVALID_REQUEST', `"${model.slice(0, 100)}" cannot be the name of a command’s model.`, {
      hint: 'Use letters, digits and . _ : / @ + -, beginning with a letter or digit.',
    })
  }
  return line.map((argument) => (argument === modelPlaceholder ? model : argument))
}
