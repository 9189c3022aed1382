import Papa from 'papaparse'
import { PipewrightError } from '@pipewright/kernel'

export interface TableOptions {
  /** Whether the first row names the columns. Default: yes, unless `columns` does. */
  readonly header?: boolean | undefined
  /** The names of the columns, instead of the first row's. */
  readonly columns?: readonly string[] | undefined
  /** What stands between two cells. Default: a tab in tsv; found out in csv. */
  readonly delimiter?: string | undefined
}

export interface Table {
  /** The names of the columns, in the order of the file: records lose it where a name is a number. */
  readonly columns: readonly string[]
  readonly rows: readonly Readonly<Record<string, string>>[]
  /** What was odd about it, for a person. */
  readonly warnings: readonly string[]
}

/** Where the cells go that stand beyond the last named column. */
const extraColumn = '_extra'
const maxWarnings = 20

/** Rows as records of texts: an empty cell is an empty text, a missing one too. Empty lines are passed over. @throws FILE_INVALID */
export function parseTable(text: string, format: 'csv' | 'tsv', path: string, options: TableOptions): Table {
  const { data, errors, meta } = Papa.parse<string[]>(text, {
    delimiter: options.delimiter ?? (format === 'tsv' ? '\t' : ''),
    skipEmptyLines: true,
    // In a tab-separated file a quote is a letter like any other.
    ...(format === 'tsv' ? { quoteChar: '\u0000' } : {}),
  })
  const quotes = errors.find((error) => error.type === 'Quotes')
  if (quotes) {
    throw new PipewrightError('FILE_INVALID', `${path}, row ${(quotes.row ?? 0) + 1}: ${quotes.message}.`, {
      hint: 'Close the quote, or double it where it is a part of the text.',
      place: { file: path },
    })
  }
  const hasHeader = options.header ?? options.columns === undefined
  const cells = hasHeader ? data.slice(1) : data
  const width = cells.reduce((widest, row) => Math.max(widest, row.length), 0)
  const given = options.columns ?? (hasHeader ? (data[0] ?? []) : Array.from({ length: width }, () => ''))
  const names = uniqueNames(given.map((name) => name.trim()))
  const warnings = [...renamed(given, names, hasHeader && options.columns === undefined), ...ragged(cells, names.length, hasHeader ? 2 : 1)]
  const columns = width > names.length ? [...names, extraColumn] : names
  return { columns, rows: cells.map((row) => toRecord(row, names, meta.delimiter)), warnings: shorten(warnings) }
}

function toRecord(row: readonly string[], names: readonly string[], delimiter: string): Record<string, string> {
  const entries = names.map((name, index): [string, string] => [name, row[index] ?? ''])
  if (row.length > names.length) entries.push([extraColumn, row.slice(names.length).join(delimiter)])
  // Unlike an assignment, this makes a column of any name, `__proto__` too.
  return Object.fromEntries(entries)
}

function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>([extraColumn])
  return names.map((name, index) => {
    const wanted = name === '' ? `column_${index + 1}` : name
    let unique = wanted
    for (let count = 2; taken.has(unique); count++) unique = `${wanted}_${count}`
    taken.add(unique)
    return unique
  })
}

function renamed(given: readonly string[], names: readonly string[], fromHeader: boolean): string[] {
  if (!fromHeader) return []
  return names.flatMap((name, index) =>
    name === given[index]?.trim() ? [] : [`Column ${index + 1} ("${given[index]?.trim() ?? ''}") is called "${name}" here.`],
  )
}

function ragged(rows: readonly (readonly string[])[], width: number, firstRow: number): string[] {
  return rows.flatMap((row, index) => {
    if (row.length === width) return []
    const cells = `Row ${index + firstRow} has ${row.length} cells instead of ${width}`
    return [row.length > width ? `${cells}; the rest stands in "${extraColumn}".` : `${cells}; the missing ones are empty.`]
  })
}

function shorten(warnings: readonly string[]): readonly string[] {
  if (warnings.length <= maxWarnings) return warnings
  return [...warnings.slice(0, maxWarnings), `… and ${warnings.length - maxWarnings} more like these.`]
}
