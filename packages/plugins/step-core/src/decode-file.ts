import { parse as parseYaml, YAMLParseError } from 'yaml'
import { PipewrightError } from '@pipewright/kernel'
import { decodeText, type Encoding } from './decode-text.js'
import type { ReadFormat } from './file-formats.js'
import { parseJson } from './parse-json.js'
import { parseTable, type TableOptions } from './parse-table.js'

export interface DecodeOptions extends TableOptions {
  readonly format: ReadFormat
  readonly encoding: Encoding
  /** For messages. */
  readonly path: string
}

export interface DecodedFile {
  readonly content: unknown
  /** Names of a table's columns, in their order; none for anything else. */
  readonly columns: readonly string[]
  readonly warnings: readonly string[]
}

/** A file's bytes as data. @throws FILE_INVALID saying where */
export function decodeFile(bytes: Uint8Array, options: DecodeOptions): DecodedFile {
  const { format, path } = options
  if (format === 'base64') return { content: Buffer.from(bytes).toString('base64'), columns: [], warnings: [] }
  const text = decodeText(bytes, options.encoding, path)
  if (format === 'csv' || format === 'tsv') {
    const { rows, columns, warnings } = parseTable(text, format, path, options)
    return { content: rows, columns, warnings }
  }
  return { content: parseText(text, format, path), columns: [], warnings: [] }
}

function parseText(text: string, format: Exclude<ReadFormat, 'base64' | 'csv' | 'tsv'>, path: string): unknown {
  switch (format) {
    case 'text':
      return text
    case 'lines':
      return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
    case 'json':
      return parseJson(text, path)
    case 'jsonl':
      return text.split(/\r?\n/).flatMap((line, index) => (line.trim() === '' ? [] : [parseJson(line, path, index + 1)]))
    case 'yaml':
      return parseYamlText(text, path)
  }
}

function parseYamlText(text: string, path: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 100 }) as unknown
  } catch (cause) {
    const start = cause instanceof YAMLParseError ? cause.linePos?.[0] : undefined
    const place = start ? { file: path, line: start.line, column: start.col } : { file: path }
    const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]?.replace(/ at line .*$/, '') ?? ''
    throw new PipewrightError(
      'FILE_INVALID',
      `${path}${start ? `, line ${start.line}, column ${start.col},` : ''} is not YAML: ${reason}.`,
      {
        place,
        cause,
      },
    )
  }
}
