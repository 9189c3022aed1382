import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { PipewrightError, type Place } from '@pipewright/kernel/documents'
import type { Output } from './output.js'

/** Says what went wrong, where, and the way out. @returns the exit code */
export async function reportError(thrown: unknown, output: Output): Promise<number> {
  const error = PipewrightError.isInstance(thrown) ? thrown : internal(thrown)
  output.result({ error: error.toJSON() })
  const { color } = output
  output.error(
    `${color.red('error')} ${color.bold(error.code)}${error.step === undefined ? '' : ` in step ${error.step}`}: ${error.message}`,
  )
  if (error.place) for (const line of await showPlace(error.place)) output.error(color.dim(line))
  output.error(`  ${color.cyan('→')} ${error.hint}`)
  if (output.verbose && error.code === 'INTERNAL') output.error(thrown instanceof Error ? (thrown.stack ?? '') : String(thrown))
  return error.exitCode
}

function internal(thrown: unknown): PipewrightError {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new PipewrightError('INTERNAL', message, {
    hint: 'This is a defect in Pipewright. Run it again with --verbose and report what it prints.',
    cause: thrown,
  })
}

/** `file:line:column`, and the line itself with a mark under it. */
export async function showPlace(place: Place): Promise<string[]> {
  const file = relative(process.cwd(), place.file) || place.file
  if (place.line === undefined) return [`  at ${file}`]
  const shown = [`  at ${file}:${place.line}:${place.column ?? 1}`]
  const text = await readFile(place.file, 'utf8').catch(() => '')
  const line = text.split(/\r?\n/)[place.line - 1]
  if (line === undefined || line.length > 300) return shown
  const number = String(place.line)
  return [...shown, `    ${number} | ${line}`, `    ${' '.repeat(number.length)} | ${' '.repeat(Math.max(0, (place.column ?? 1) - 1))}^`]
}
