/** The ways in which a line leaves a cell. */
const up = 1
const down = 2
const left = 4
const right = 8

/** The character for each set of ways. */
const characters = [' ', '│', '│', '│', '─', '┘', '┐', '┤', '─', '└', '┌', '├', '─', '┴', '┬', '┼']

/** A grid of characters on which lines that meet are joined. */
export class Canvas {
  private readonly rows: (string | number)[][] = []

  get height(): number {
    return this.rows.length
  }

  /** Adds ways to a cell. */
  join(row: number, column: number, ways: number): void {
    const cells = this.row(row)
    const before = cells[column]
    cells[column] = typeof before === 'number' ? before | ways : ways
  }

  horizontal(row: number, from: number, to: number): void {
    for (let column = from; column <= to; column++) this.join(row, column, (column > from ? left : 0) | (column < to ? right : 0))
  }

  vertical(column: number, from: number, to: number): void {
    for (let row = from; row <= to; row++) this.join(row, column, (row > from ? up : 0) | (row < to ? down : 0))
  }

  text(row: number, column: number, text: string): void {
    const cells = this.row(row)
    for (const [index, character] of [...text].entries()) cells[column + index] = character
  }

  /** A frame whose first and last line and column are these. */
  frame(top: number, start: number, bottom: number, end: number): void {
    this.horizontal(top, start, end)
    this.horizontal(bottom, start, end)
    this.vertical(start, top, bottom)
    this.vertical(end, top, bottom)
  }

  lines(): string[] {
    return this.rows.map((row) =>
      Array.from(row, (cell) => (typeof cell === 'number' ? (characters[cell] ?? ' ') : (cell ?? ' ')))
        .join('')
        .trimEnd(),
    )
  }

  private row(row: number): (string | number)[] {
    while (this.rows.length <= row) this.rows.push([])
    return this.rows[row] as (string | number)[]
  }
}
