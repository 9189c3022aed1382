import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { countTable, type TableFigures } from './count-table.js'
import { runTemplate } from './run-template.js'

const shared = join(import.meta.dirname, '../../../shared/data')
const fixture = join(import.meta.dirname, 'fixtures/passengers.csv')
const markers = ['na', 'n/a', 'n.a.', 'nan', 'null', 'nil', 'none', '-', '--', '?', '#n/a', 'missing']

interface Column {
  readonly name: string
  readonly type: string
  readonly distinct: number
  readonly min: number | string | null
  readonly max: number | string | null
  readonly mean: number | null
  readonly median: number | null
}

interface Outputs {
  readonly rows: number
  readonly columns: number
  readonly missing: Readonly<Record<string, number>>
  readonly missing_cells: number
  readonly duplicate_rows: number
  readonly empty_rows: number
  readonly types: Readonly<Record<string, string>>
  readonly rows_after: number
  readonly profile: { readonly columns: readonly Column[] }
  readonly changes: Readonly<Record<string, unknown>> & { readonly emptied: Readonly<Record<string, number>> }
  readonly cleaned: readonly Readonly<Record<string, string>>[]
  readonly notes: { readonly summary: string }
}

/** Holds every figure of a run against those counted independently. */
async function compare(path: string): Promise<{ readonly outputs: Outputs; readonly counted: TableFigures }> {
  const counted = countTable(readFileSync(path, 'utf8'), markers)
  const { status, origin, outputs } = await runTemplate<Outputs>('csv-clean', { file: path })
  expect([status, origin]).toEqual(['succeeded', 'simulated'])
  expect(outputs).toMatchObject({
    rows: counted.rows,
    columns: counted.columns.length,
    missing: counted.missing,
    missing_cells: Object.values(counted.missing).reduce((sum, count) => sum + count, 0),
    duplicate_rows: counted.duplicates,
    empty_rows: counted.emptyRows,
    rows_after: counted.rows - counted.emptyRows - counted.duplicates,
  })
  expect(outputs.profile.columns.map(({ name }) => name)).toEqual(counted.columns)
  for (const { name, type, distinct, min, max, mean, median } of outputs.profile.columns) {
    expect([name, distinct]).toEqual([name, counted.distinct[name]])
    const figures = counted.numbers[name]
    expect([name, type === 'integer' || type === 'number']).toEqual([name, figures !== undefined])
    if (!figures) continue
    expect([name, type, min, max]).toEqual([name, figures.whole ? 'integer' : 'number', figures.min, figures.max])
    expect(mean).toBeCloseTo(figures.mean, 3)
    expect(median).toBeCloseTo(figures.median, 3)
  }
  // What the placeholders add to the blank cells is told apart.
  for (const name of counted.columns) {
    const blank = (outputs.missing[name] ?? 0) - (outputs.changes.emptied[name] ?? 0)
    expect([name, blank]).toEqual([name, counted.blank[name]])
  }
  return { outputs, counted }
}

describe('csv-clean', { timeout: 120_000 }, () => {
  test('profiles passengers with quotes, commas, line breaks and placeholders in their cells as plain counting does', async () => {
    const { outputs } = await compare(fixture)
    expect(outputs).toMatchObject({
      rows: 14,
      missing: { age: 2, cabin: 11, embarked: 2 },
      duplicate_rows: 1,
      rows_after: 13,
      changes: { emptied: { cabin: 2 }, cells_filled: 0 },
      types: { age: 'number', survived: 'integer', name: 'text' },
    })
    expect(outputs.cleaned[8]?.['name']).toBe('Mbeki, Mrs. Thandi (Adele)')
    expect(outputs.notes.summary).not.toBe('')
  })

  test('asks no model when no notes are wanted, and gives the same figures', async () => {
    const { usage, outputs } = await runTemplate<Outputs>('csv-clean', { file: fixture, notes: 'false' })
    expect(usage.calls).toBe(0)
    expect(outputs).toMatchObject({ rows: 14, missing: { age: 2 }, notes: { summary: '' } })
  })

  test.skipIf(!existsSync(shared))('profiles the passengers of the Titanic as plain counting does', async () => {
    const { outputs } = await compare(join(shared, 'titanic-raw.csv'))
    expect(outputs).toMatchObject({ rows: 891, columns: 11, missing: { age: 177, cabin: 687, embarked: 2 }, missing_cells: 866 })
  })

  test.skipIf(!existsSync(shared))('profiles the taxi zones as plain counting does', async () => {
    await compare(join(shared, 'taxi-zones.csv'))
  })
})
