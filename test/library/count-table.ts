/** What a table holds, counted here in plain code so that the pipeline's figures have something to be compared with. */
export interface TableFigures {
  readonly rows: number
  readonly columns: readonly string[]
  /** For each column: cells that are blank. */
  readonly blank: Readonly<Record<string, number>>
  /** For each column: cells that are blank or hold one of the markers. */
  readonly missing: Readonly<Record<string, number>>
  readonly distinct: Readonly<Record<string, number>>
  /** For each column in which every value is a number: lowest, highest, mean and median. */
  readonly numbers: Readonly<Record<string, { min: number; max: number; mean: number; median: number; whole: boolean }>>
  readonly emptyRows: number
  /** Rows that equal an earlier one, spaces and markers aside. */
  readonly duplicates: number
}

export function countTable(text: string, markers: readonly string[]): TableFigures {
  const [columns = [], ...rows] = splitCsv(text)
  const cell = (raw: string): string => {
    const value = raw.trim().replaceAll(/\s+/g, ' ')
    return markers.includes(value.toLowerCase()) ? '' : value
  }
  const tidy = rows.map((row) => row.map(cell))
  const count = (of: readonly (readonly string[])[], index: number): number => of.filter((row) => row[index] === '').length
  const perColumn = <Figure>(figure: (index: number) => Figure): Record<string, Figure> =>
    Object.fromEntries(columns.map((name, index) => [name, figure(index)]))
  const filled = tidy.filter((row) => row.some((value) => value !== ''))
  return {
    rows: rows.length,
    columns,
    blank: perColumn((index) => count(rows, index)),
    missing: perColumn((index) => count(tidy, index)),
    distinct: perColumn((index) => new Set(tidy.map((row) => row[index]).filter((value) => value !== '')).size),
    numbers: Object.fromEntries(
      columns.flatMap((name, index) =>
        numbersOf(
          name,
          tidy.map((row) => row[index] ?? ''),
        ),
      ),
    ),
    emptyRows: tidy.length - filled.length,
    duplicates: filled.length - new Set(filled.map((row) => row.join('\u0001'))).size,
  }
}

function numbersOf(name: string, cells: readonly string[]): [string, TableFigures['numbers'][string]][] {
  const values = cells.filter((value) => value !== '')
  const sorted = values.map(Number).sort((left, right) => left - right)
  if (sorted.length === 0 || sorted.some((value) => Number.isNaN(value))) return []
  const at = (index: number): number => sorted[index] ?? Number.NaN
  const half = sorted.length / 2
  const median = sorted.length % 2 === 1 ? at(Math.floor(half)) : (at(half - 1) + at(half)) / 2
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length
  return [[name, { min: at(0), max: at(sorted.length - 1), mean, median, whole: values.every((value) => /^[+-]?\d+$/.test(value)) }]]
}

/** Letter by letter: quotes, commas and line breaks inside quotes, doubled quotes. Lines without anything are passed over. */
function splitCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  const endRow = (): void => {
    row.push(cell)
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
    cell = ''
  }
  for (let index = 0; index < text.length; index++) {
    const letter = text.charAt(index)
    if (isQuoted && letter === '"' && text.charAt(index + 1) === '"') {
      cell += '"'
      index++
    } else if (letter === '"') isQuoted = !isQuoted
    else if (!isQuoted && letter === ',') {
      row.push(cell)
      cell = ''
    } else if (!isQuoted && letter === '\n') endRow()
    else if (isQuoted || letter !== '\r') cell += letter
  }
  if (cell !== '' || row.length > 0) endRow()
  return rows
}
