import { stringify } from 'yaml'
import { table } from './table.js'

const mostRows = 12
const mostColumns = 8
/** In characters, of a cell in a table of few columns, and of many. */
const widestCell = { few: 60, many: 22 }
/** In lines: of a text, which is what most pipelines are run for, and of anything else. */
const longest = { text: 200, data: 40 }

/** A value as people read it: texts as they are, records as tables, the rest as YAML; cut where it gets long. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return value.includes('\n') ? below(value, longest.text) : value
  if (typeof value !== 'object' || value === null) return String(value)
  if (isEmpty(value)) return Array.isArray(value) ? 'none' : '{}'
  if (isTable(value)) return below(showTable(value), longest.data)
  if (isFlat(value)) return below(showFlat(value), longest.data)
  return below(stringify(value, { lineWidth: 100, defaultStringType: 'PLAIN' }).trimEnd(), longest.data)
}

type Scalar = string | number | boolean | null
type FlatRecord = Readonly<Record<string, Scalar>>

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function isFlat(value: unknown): value is FlatRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isScalar)
}

function isTable(value: unknown): value is readonly FlatRecord[] {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isFlat)) return false
  return columnsOf(value).length > 0 && value.every((row) => Object.values(row).every((cell) => !String(cell).includes('\n')))
}

function columnsOf(rows: readonly FlatRecord[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))]
}

function showTable(rows: readonly FlatRecord[]): string {
  const all = columnsOf(rows)
  const columns = all.slice(0, mostColumns)
  const shown = rows.slice(0, mostRows)
  const width = columns.length > 4 ? widestCell.many : widestCell.few
  const align = columns.map((column) => (rows.every((row) => typeof (row[column] ?? 0) === 'number') ? 'right' : 'left'))
  const drawn = table(
    columns,
    shown.map((row) => columns.map((column) => cell(row[column], width))),
    align,
  )
  const left = [
    ...(rows.length > shown.length ? [count(rows.length - shown.length, 'row')] : []),
    ...(all.length > columns.length ? [count(all.length - columns.length, 'column')] : []),
  ]
  return left.length === 0 ? drawn : `${drawn}\n${more(left.join(' and '))}`
}

function showFlat(record: FlatRecord): string {
  const width = Math.max(...Object.keys(record).map((key) => key.length))
  return Object.entries(record)
    .map(([key, value]) => `${key.padEnd(width)}  ${cell(value, widestCell.few)}`)
    .join('\n')
}

function cell(value: Scalar | undefined, width: number): string {
  const text = value === null || value === undefined ? '' : String(value)
  return text.length > width ? `${text.slice(0, width - 1)}…` : text
}

/** Below the name that it is shown for. */
function below(text: string, mostLines: number): string {
  const lines = text.split('\n')
  const shown = lines.slice(0, mostLines)
  const rest = lines.length - shown.length
  return `\n${[...shown, ...(rest > 0 ? [more(count(rest, 'line'))] : [])].map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}`
}

function more(what: string): string {
  return `… ${what}; --json prints all of it`
}

function count(number: number, what: string): string {
  return `${number} more ${what}${number === 1 ? '' : 's'}`
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0
}
