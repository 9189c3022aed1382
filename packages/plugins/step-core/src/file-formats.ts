import { extname } from 'node:path'
import Papa from 'papaparse'
import { parse as parseYaml, stringify as stringifyYaml } from 'yaml'
import { PipewrightError } from '@pipewright/kernel'

export const readFormats = ['text', 'json', 'jsonl', 'yaml', 'csv', 'tsv', 'lines', 'base64'] as const
export const writeFormats = ['text', 'json', 'jsonl', 'yaml', 'csv', 'tsv', 'base64'] as const
export type ReadFormat = (typeof readFormats)[number]
export type WriteFormat = (typeof writeFormats)[number]

const byExtension: Readonly<Record<string, WriteFormat>> = {
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.csv': 'csv',
  '.tsv': 'tsv',
}

/** The format that a file's name says; text when it says nothing. */
export function formatOf(path: string): WriteFormat {
  return byExtension[extname(path).toLowerCase()] ?? 'text'
}

/** How a table without a header row, or with one, is read. */
export interface TableOptions {
  /** Whether the first row names the columns. Default: true. */
  readonly header?: boolean | undefined
  /** Names of the columns of a table without a header row. */
  readonly columns?: readonly string[] | undefined
}

/** A file's bytes as data. @throws FILE_INVALID saying where */
export function decode(bytes: Uint8Array, format: ReadFormat, path: string, table: TableOptions = {}): unknown {
  if (format === 'base64') return Buffer.from(bytes).toString('base64')
  const text = decodeText(bytes, path)
  switch (format) {
    case 'text':
      return text
    case 'lines':
      return text.replace(/\r?\n$/, '') === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
    case 'json':
      return parseJson(text, path)
    case 'jsonl':
      return text.split(/\r?\n/).flatMap((line, index) => (line.trim() === '' ? [] : [parseJson(line, path, index + 1)]))
    case 'yaml':
      return parseYamlText(text, path)
    case 'csv':
    case 'tsv':
      return parseTable(text, format, path, table)
  }
}

/** Data as a file's bytes. @throws STEP_INPUT_INVALID when the data does not have the shape of the format */
export function encode(content: unknown, format: WriteFormat): string | Uint8Array {
  switch (format) {
    case 'text':
      return typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`
    case 'json':
      return `${JSON.stringify(content, null, 2)}\n`
    case 'jsonl':
      return asList(content, format)
        .map((element) => `${JSON.stringify(element)}\n`)
        .join('')
    case 'yaml':
      return stringifyYaml(content)
    case 'csv':
    case 'tsv':
      return Papa.unparse(asList(content, format) as object[], { delimiter: format === 'tsv' ? '\t' : ',', newline: '\n' }) + '\n'
    case 'base64':
      return Buffer.from(String(content), 'base64')
  }
}

function asList(content: unknown, format: string): unknown[] {
  if (Array.isArray(content)) return content
  throw new PipewrightError(
    'STEP_INPUT_INVALID',
    `A ${format} file is made of a list, not of ${content === null ? 'null' : typeof content}.`,
  )
}

function decodeText(bytes: Uint8Array, path: string): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    throw new PipewrightError('FILE_INVALID', `${path} is not text in UTF-8 or UTF-16.`, { hint: 'Save it as UTF-8.', cause: error })
  }
}

function parseJson(text: string, path: string, line?: number): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new PipewrightError(
      'FILE_INVALID',
      `${path}${line === undefined ? '' : `, line ${line}`} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}

function parseYamlText(text: string, path: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 100 }) as unknown
  } catch (error) {
    throw new PipewrightError(
      'FILE_INVALID',
      `${path} is not YAML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`,
      { cause: error },
    )
  }
}

function parseTable(text: string, format: 'csv' | 'tsv', path: string, { header = true, columns }: TableOptions): Record<string, string>[] {
  const named = header && columns === undefined
  // In a tab-separated file a quote is a letter like any other.
  const parsed = Papa.parse<string[]>(text, {
    delimiter: format === 'tsv' ? '\t' : '',
    skipEmptyLines: 'greedy',
    ...(format === 'tsv' ? { quoteChar: '\u0000' } : {}),
  })
  const [problem] = parsed.errors.filter((error) => error.type === 'Quotes')
  if (problem) throw new PipewrightError('FILE_INVALID', `${path}, row ${(problem.row ?? 0) + 1}: ${problem.message}`)
  const rows = parsed.data
  const width = Math.max(0, ...rows.slice(0, 100).map((row) => row.length))
  const names = uniqueNames(
    named ? (rows[0] ?? []).map((name) => name.trim()) : (columns ?? Array.from({ length: width }, (_, index) => `column_${index + 1}`)),
  )
  return rows.slice(named ? 1 : 0).map((row) => {
    const record: Record<string, string> = {}
    for (const [index, name] of names.entries()) record[name] = row[index] ?? ''
    // What stands beyond the last named column is kept rather than dropped.
    if (row.length > names.length) record['_extra'] = row.slice(names.length).join(format === 'tsv' ? '\t' : ',')
    return record
  })
}

function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((name, index) => {
    const wanted = name === '' ? `column_${index + 1}` : name
    const count = (seen.get(wanted) ?? 0) + 1
    seen.set(wanted, count)
    return count === 1 ? wanted : `${wanted}_${count}`
  })
}
