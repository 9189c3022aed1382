import type { Canvas } from './canvas.js'

/** A line from a column of one layer to a column of the next. */
export interface Line {
  readonly from: number
  readonly to: number
}

/** Lines that share one horizontal piece. */
interface Bus {
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/** Draws the lines between two layers below a row. @returns how many rows they take */
export function drawLines(canvas: Canvas, top: number, lines: readonly Line[]): number {
  const tracks: Bus[][] = []
  const straight: number[] = []
  for (const bus of buses(lines)) {
    if (bus.from.length === 1 && bus.to.length === 1 && bus.from[0] === bus.to[0]) {
      straight.push(bus.from[0] as number)
      continue
    }
    const free = tracks.find((track) => track.every((other) => areApart(other, bus)))
    if (free) free.push(bus)
    else tracks.push([bus])
  }
  const height = Math.max(1, tracks.length)
  for (const column of straight) canvas.vertical(column, top - 1, top + height)
  for (const [index, track] of tracks.entries()) {
    const row = top + index
    for (const { from, to } of track) {
      canvas.horizontal(row, Math.min(...from, ...to), Math.max(...from, ...to))
      for (const column of from) canvas.vertical(column, top - 1, row)
      for (const column of to) canvas.vertical(column, row, top + height)
    }
  }
  return height
}

/** Lines that lead from the same columns to the same columns are drawn as one. */
function buses(lines: readonly Line[]): readonly Bus[] {
  const bySource = new Map<number, number[]>()
  for (const { from, to } of lines) bySource.set(from, [...(bySource.get(from) ?? []), to])
  const byTargets = Map.groupBy(bySource, ([, to]) => to.toSorted((one, other) => one - other).join(' '))
  return [...byTargets.values()].map((same) => ({ from: same.map(([from]) => from), to: same[0]?.[1] ?? [] }))
}

function areApart(one: Bus, other: Bus): boolean {
  const [a, b] = [one, other].map(({ from, to }) => [Math.min(...from, ...to), Math.max(...from, ...to)] as const)
  return a !== undefined && b !== undefined && (a[1] + 1 < b[0] || b[1] + 1 < a[0])
}
