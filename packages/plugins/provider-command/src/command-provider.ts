import {
  countTokens,
  extractJson,
  PipewrightError,
  TokenMeter,
  type ModelChunk,
  type ModelRequest,
  type Provider,
  type TokenUsage,
} from '@pipewright/kernel'
import type { CommandConfig } from './command-config.js'
import type { LiveCommands } from './live-commands.js'
import { mapFailure } from './map-failure.js'
import { readReport } from './read-report.js'
import { redactSecrets } from './redact-secrets.js'
import { renderPrompt } from './render-prompt.js'
import { resolveCommand, type ResolvedCommand } from './resolve-command.js'
import { runCommand, type CommandEvent } from './run-command.js'

/** Answers with what a local command prints. */
export function createCommandProvider(
  config: CommandConfig,
  environment: (name: string) => string | undefined,
  live: LiveCommands,
): Provider {
  return {
    contract: 'v1',
    id: 'command',
    hardCap: false,
    anyModel: true,
    pricing: 'free',
    origin: 'real',
    capabilities: { tools: false, images: false, documents: false, outputSchema: true },

    async *generate(request, { signal }): AsyncGenerator<ModelChunk> {
      signal.throwIfAborted()
      const command = resolveCommand(config, request.model)
      const prompt = renderPrompt(request)
      const given = environmentOf(command, environment)
      const meter = await TokenMeter.create(request.maxOutputTokens)
      const call = { command, environment: given.all, prompt, signal }
      const events = withoutFailure(runCommand(call, live), command, (text) => redactSecrets(text, given.secrets, prompt))
      const isStreamed = command.format === 'text' && request.outputSchema === undefined
      const pieces = isStreamed ? streamedText(events, meter) : wholeText(events, command, request, meter)
      let text = ''
      for await (const piece of pieces) {
        if (typeof piece === 'string') {
          text += piece
          yield { type: 'text', text: piece }
          continue
        }
        if (text === '' && !piece.isCut)
          throw new PipewrightError('PROVIDER_BAD_RESPONSE', `The command "${command.name}" printed nothing.`)
        const usage = piece.usage ?? { inputTokens: await countTokens(prompt), outputTokens: meter.tokens, estimated: true }
        const finishReason = piece.isCut ? 'length' : 'stop'
        yield { type: 'end', response: { text, toolCalls: [], usage, finishReason, model: request.model, origin: 'real' } }
      }
    },
  }
}

/** What stands behind the last piece of an answer. */
interface Ended {
  /** Whether the answer was longer than it may be. */
  readonly isCut: boolean
  readonly usage?: TokenUsage | undefined
}

/** Passes the answer on as the command prints it, without the white space around it, and ends the command when it has said enough. */
async function* streamedText(events: AsyncIterable<string>, meter: TokenMeter): AsyncGenerator<string | Ended> {
  let held = ''
  let isBegun = false
  for await (const piece of events) {
    const text = isBegun ? held + piece : (held + piece).trimStart()
    const said = text.trimEnd()
    held = text.slice(said.length)
    if (said === '') continue
    isBegun = true
    const taken = meter.take(said)
    if (taken.text !== '') yield taken.text
    if (taken.isCut) {
      yield { isCut: true }
      return
    }
  }
  yield { isCut: false }
}

/** Waits for all that the command prints, and takes the answer out of it. */
async function* wholeText(
  events: AsyncIterable<string>,
  command: ResolvedCommand,
  request: ModelRequest,
  meter: TokenMeter,
): AsyncGenerator<string | Ended> {
  let output = ''
  for await (const piece of events) output += piece
  const { answer, usage } = command.report === undefined ? { answer: output } : readReport(output, command.report)
  const taken = meter.take(answer.trim())
  if (taken.isCut || request.outputSchema === undefined) {
    if (taken.text !== '') yield taken.text
    yield { isCut: taken.isCut, usage }
    return
  }
  const json = extractJson(taken.text, request.outputSchema['type'])
  if (json === undefined) {
    throw new PipewrightError('PROVIDER_BAD_RESPONSE', `The command "${command.name}" was asked for JSON, and its answer holds none.`)
  }
  yield json
  yield { isCut: false, usage }
}

/** The output of a command that ends well; a failure is thrown as what it means. */
async function* withoutFailure(
  events: AsyncIterable<CommandEvent>,
  command: ResolvedCommand,
  redact: (text: string) => string,
): AsyncGenerator<string> {
  let output = ''
  for await (const event of events) {
    if (event.type === 'output') {
      output += event.text
      yield event.text
      continue
    }
    const isFailed = event.code !== 0
    const reported =
      command.report === undefined || (isFailed && !output.trimStart().startsWith('{'))
        ? undefined
        : readReport(output, command.report).failure
    if (!isFailed && reported === undefined) return
    const ended = event.signal === null ? `ended with code ${event.code}` : `was ended by ${event.signal}`
    const said = reported ?? (event.errorOutput.trim() === '' ? output.slice(0, 2_000) : event.errorOutput)
    throw mapFailure({ name: command.name, ended, said: redact(said) })
  }
}

/** PATH, HOME and what the command lists; nothing else of this process's environment. */
function environmentOf(
  command: ResolvedCommand,
  read: (name: string) => string | undefined,
): { readonly all: Record<string, string>; readonly secrets: readonly string[] } {
  const valuesOf = (names: readonly string[]): [string, string][] =>
    names.flatMap((name) => {
      const value = read(name)
      return value === undefined ? [] : [[name, value]]
    })
  const listed = valuesOf(command.environment)
  const all = Object.fromEntries([...valuesOf(['PATH', 'HOME']), ...listed])
  return { all, secrets: listed.map(([, value]) => value) }
}
