import type { Report, Result } from './area.ts'

const columns = ['work', 'ours', 'peer', 'unit', 'against', 'ratio', 'aim', ''] as const

/** A report as people read it. */
export function renderTable(area: string, { header, results }: Report): string {
  const rows = [columns, ...results.map(cells)]
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (isFigure(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  const [titles = '', ...body] = lines
  const rule = widths
    .map((width) => '─'.repeat(width))
    .join('  ')
    .trimEnd()
  return `${[`${area}: medians, ratio = ours / peer`, ...header, '', titles, rule, ...body].join('\n')}\n`
}

function isFigure(column: number): boolean {
  return ['ours', 'peer', 'ratio', 'aim'].includes(columns[column] ?? '')
}

function cells({ name, ours, peer, unit, peerName, better, ratio, aim, notRun }: Result): readonly string[] {
  const sign = better === 'lower' ? '≤' : '≥'
  const verdict = notRun === undefined ? judge(ratio, aim, better) : `not run: ${notRun}`
  return [
    name,
    figure(ours),
    peer === null ? '–' : figure(peer),
    unit,
    peerName,
    ratio === null ? '–' : `${figure(ratio)}×`,
    aim === null ? '–' : `${sign} ${aim}×`,
    verdict,
  ]
}

function judge(ratio: number | null, aim: number | null, better: Result['better']): string {
  if (ratio === null || aim === null) return ''
  return (better === 'lower' ? ratio <= aim : ratio >= aim) ? 'met' : 'missed'
}

/** Three digits that count. */
function figure(value: number): string {
  if (value >= 100) return value.toFixed(0)
  if (value >= 10) return value.toFixed(1)
  return value >= 1 ? value.toFixed(2) : value.toFixed(3)
}
