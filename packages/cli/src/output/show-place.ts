import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Place } from '@pipewright/kernel/documents'
import { printable } from './printable.js'

/** `file:line:column`, and the line itself with a mark under it. */
export async function showPlace(place: Place): Promise<string[]> {
  const file = relative(process.cwd(), place.file) || place.file
  if (place.line === undefined) return [`  at ${file}`]
  const shown = [`  at ${file}:${place.line}:${place.column ?? 1}`]
  const text = await readFile(place.file, 'utf8').catch(() => '')
  const line = text.split(/\r?\n/)[place.line - 1]
  if (line === undefined || line.length > 300) return shown
  const number = String(place.line)
  const mark = `${' '.repeat(Math.max(0, (place.column ?? 1) - 1))}^`
  return [...shown, `    ${number} | ${printable(line)}`, `    ${' '.repeat(number.length)} | ${mark}`]
}
