import Papa from 'papaparse'
import { PipewrightError } from '@pipewright/kernel'

export interface FormatTableOptions {
  /** Which columns, in which order. Default: all, in the order in which they first appear. */
  readonly columns?: readonly string[] | undefined
  /** Puts an apostrophe before cells that a spreadsheet would run as a formula. Default: false. */
  readonly escapeFormulas?: boolean | undefined
}

/** A list of records as a table with a header row. @throws STEP_INPUT_INVALID */
export function formatTable(records: readonly unknown[], format: 'csv' | 'tsv', options: FormatTableOptions): string {
  const columns = options.columns ?? columnsOf(records)
  if (columns.length === 0) return ''
  const rows = [columns, ...records.map((record, index) => columns.map((column) => cell(asRecord(record, index)[column])))]
  if (format === 'tsv') return rows.map((row) => `${row.map(plainCell).join('\t')}\n`).join('')
  return `${Papa.unparse(rows, { newline: '\n', escapeFormulae: options.escapeFormulas ?? false })}\n`
}

function columnsOf(records: readonly unknown[]): string[] {
  return [...new Set(records.flatMap((record, index) => Object.keys(asRecord(record, index))))]
}

function asRecord(record: unknown, index: number): Readonly<Record<string, unknown>> {
  if (typeof record === 'object' && record !== null && !Array.isArray(record)) return record as Record<string, unknown>
  throw new PipewrightError('STEP_INPUT_INVALID', `Row ${index + 1} of the table is not a record of named cells.`, {
    hint: 'A table is written from a list of objects; a transform step can make one.',
  })
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Tab-separated files know no quoting. */
function plainCell(text: string): string {
  if (!/[\t\r\n]/.test(text)) return text
  throw new PipewrightError('STEP_INPUT_INVALID', 'A cell holds a tab or a line break, which a tsv file cannot hold.', {
    hint: 'Write csv instead, or remove them in a transform step.',
  })
}
