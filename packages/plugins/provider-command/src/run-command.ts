import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PipewrightError } from '@pipewright/kernel'
import { stopCommand, type LiveCommands } from './live-commands.js'
import type { ResolvedCommand } from './resolve-command.js'

/** What a command may print, and how much of what it says on standard error is kept, in bytes. */
const mostOutput = 4 * 1024 * 1024
const mostErrorOutput = 2 * 1024
/** How long a process that has left the group may hold the output open after the command has ended, in milliseconds. */
const lastOutput = 1_000

export interface CommandCall {
  readonly command: ResolvedCommand
  readonly environment: Readonly<Record<string, string>>
  readonly prompt: string
  readonly signal: AbortSignal
}

/** What a command prints, as it comes, and at last how it ended. */
export type CommandEvent =
  | { readonly type: 'output'; readonly text: string }
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: string | null; readonly errorOutput: string }

/**
 * Runs a command without a shell in an empty temporary folder, the prompt on its standard input. Whoever stops reading, or
 * aborts, ends it with all that it has started.
 * @throws PROVIDER_TIMEOUT, PROVIDER_BAD_RESPONSE for too much output, PROVIDER_INVALID_REQUEST when it cannot be started
 */
export async function* runCommand(call: CommandCall, live: LiveCommands): AsyncGenerator<CommandEvent> {
  const folder = await mkdtemp(join(tmpdir(), 'pipewright-command-'))
  const timeout = AbortSignal.timeout(call.command.timeoutMs)
  let child: ChildProcessWithoutNullStreams | undefined
  const stop = (): void => void (child && stopCommand(child))
  call.signal.addEventListener('abort', stop)
  timeout.addEventListener('abort', stop)
  try {
    child = await start(call, folder)
    live.add(child)
    const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
    const errorOutput = keepErrorOutput(child)
    call.signal.throwIfAborted()
    // A command may answer, or fail, without having read all of its input.
    child.stdin.on('error', () => undefined)
    child.stdin.end(call.prompt)
    yield* readOutput(child)
    const [code, signal] = await exited
    call.signal.throwIfAborted()
    if (timeout.aborted) {
      throw new PipewrightError('PROVIDER_TIMEOUT', `The command "${call.command.name}" did not end within ${call.command.timeoutMs} ms.`, {
        hint: 'Raise its timeoutMs in pipewright.yaml, or ask for a shorter answer.',
      })
    }
    yield { type: 'exit', code, signal, errorOutput: errorOutput() }
  } finally {
    call.signal.removeEventListener('abort', stop)
    timeout.removeEventListener('abort', stop)
    if (child !== undefined) await stopCommand(child)
    await rm(folder, { recursive: true, force: true })
  }
}

async function start({ command, environment }: CommandCall, cwd: string): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(command.program, command.programArguments, {
    cwd,
    env: { ...environment },
    shell: false,
    // A process group of its own, so that all of it can be ended.
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: 'pipe',
  })
  try {
    await once(child, 'spawn')
    return child
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const what = reason === 'ENOENT' ? 'was not found' : `cannot be started (${reason})`
    throw new PipewrightError('PROVIDER_INVALID_REQUEST', `The command "${command.program}" ${what}.`, {
      hint:
        command.install === undefined
          ? `Put it on the PATH, or correct providers.command.commands.${command.name} in pipewright.yaml.`
          : `Install it: ${command.install}. Or say where it is under providers.command.commands.${command.name} in pipewright.yaml.`,
      cause: error,
    })
  }
}

async function* readOutput(child: ChildProcessWithoutNullStreams): AsyncGenerator<CommandEvent> {
  const decoder = new TextDecoder()
  let bytes = 0
  let timer: NodeJS.Timeout | undefined
  child.once('exit', () => {
    timer = setTimeout(() => child.stdout.destroy(), lastOutput)
  })
  try {
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      bytes += piece.length
      if (bytes > mostOutput) {
        throw new PipewrightError('PROVIDER_BAD_RESPONSE', `The command printed more than ${mostOutput} bytes.`, { retryable: false })
      }
      const text = decoder.decode(piece, { stream: true })
      if (text !== '') yield { type: 'output', text }
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) throw error
  } finally {
    clearTimeout(timer)
  }
  const rest = decoder.decode()
  if (rest !== '') yield { type: 'output', text: rest }
}

/** Reads all of standard error, so that the command never waits for it, and keeps its beginning. */
function keepErrorOutput(child: ChildProcessWithoutNullStreams): () => string {
  const kept: Buffer[] = []
  let bytes = 0
  child.stderr.on('data', (piece: Buffer) => {
    if (bytes < mostErrorOutput) kept.push(piece.subarray(0, mostErrorOutput - bytes))
    bytes += piece.length
  })
  return () => Buffer.concat(kept).toString()
}
