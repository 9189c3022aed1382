import { PipewrightError, type Place } from '@pipewright/kernel'
import { parseDocument } from 'yaml'

/** Above this length, the place of an error is not looked for where JSON.parse does not say it. */
const maxSearched = 1_000_000

/** @param line where in its file the text stands, when it is one line of it. @throws FILE_INVALID with the place */
export function parseJson(text: string, path: string, line?: number): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    const place = line === undefined ? { file: path, ...findPlace(said, text) } : { file: path, line }
    // The engine's message may quote the file, and ends with the place that is given here in its own right.
    const reason = said.replace(/, (\.\.\.)?".*"(\.\.\.)? is not valid JSON$/s, '').replace(/ in JSON at position.*$/s, '')
    throw new PipewrightError('FILE_INVALID', `${path}${inLine(place)} is not JSON: ${reason}.`, { place, cause })
  }
}

function inLine({ line, column }: Place): string {
  if (line === undefined) return ''
  return column === undefined ? `, line ${line},` : `, line ${line}, column ${column},`
}

function findPlace(said: string, text: string): { line?: number; column?: number } {
  const known = /\(line (\d+) column (\d+)\)/.exec(said)
  if (known) return { line: Number(known[1]), column: Number(known[2]) }
  if (said.startsWith('Unexpected end')) return { line: text.trimEnd().split('\n').length }
  if (text.length > maxSearched) return {}
  // JSON.parse often does not say where; as YAML, which JSON is a part of, most errors have a place.
  const [start] = parseDocument(text, { schema: 'json' }).errors[0]?.linePos ?? []
  return start ? { line: start.line, column: start.col } : {}
}
