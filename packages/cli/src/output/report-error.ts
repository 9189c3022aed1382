import { PipewrightError, type Finding, type SerializedError } from '@pipewright/kernel/documents'
import { printFindings } from './findings.js'
import type { Output } from './output.js'
import { printable } from './printable.js'
import { showPlace } from './show-place.js'

/** Says what went wrong, where, and the way out. @returns the exit code */
export async function reportError(thrown: unknown, output: Output): Promise<number> {
  const error = PipewrightError.isInstance(thrown) ? thrown : internal(thrown)
  const findings = error instanceof InvalidPipeline ? error.findings : []
  output.result({ error: error.toJSON(), ...(findings.length > 0 ? { findings } : {}) })
  await printError(error.toJSON(), output)
  await printFindings(findings.slice(1), output)
  if (output.verbose && error.code === 'INTERNAL') output.error(thrown instanceof Error ? (thrown.stack ?? '') : String(thrown))
  return error.exitCode
}

/** The code, what happened, the line that it happened in, and the way out; on stderr. */
export async function printError(error: SerializedError, output: Output): Promise<void> {
  const { color } = output
  const step = error.step === undefined ? '' : ` in step ${error.step}`
  output.error(`${color.red('error')} ${color.bold(error.code)}${step}: ${printable(error.message)}`)
  if (error.place) for (const line of await showPlace(error.place)) output.error(color.dim(line))
  output.error(`  ${color.cyan('→')} ${printable(error.hint)}`)
}

/** A pipeline that validation refuses, with all that it found; the first of it is the error itself. */
export class InvalidPipeline extends PipewrightError {
  readonly findings: readonly Finding[]

  constructor(findings: readonly [Finding, ...Finding[]]) {
    const [{ code, message, hint, file, line, column }] = findings
    super(code, message, { hint, place: { file, line, column } })
    this.findings = findings
  }
}

/** What was typed is not a command; the parser's code and message say how. */
export function usageError({ code, message }: { readonly code: string; readonly message: string }): PipewrightError {
  return new PipewrightError('USAGE', code === 'commander.help' ? 'The command is not complete.' : message.replace(/^error: /, ''))
}

/** The results were there and could not be printed, for example into a file on a full disk. */
export function outputLost(cause: Error): PipewrightError {
  return new PipewrightError('STATE_UNWRITABLE', `What was to be printed could not be written: ${cause.message}`, { cause })
}

function internal(thrown: unknown): PipewrightError {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new PipewrightError('INTERNAL', message, {
    hint: 'This is a defect in Pipewright. Run it again with --verbose and report what it prints.',
    cause: thrown,
  })
}
