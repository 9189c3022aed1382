/** Columns that line up; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], align: readonly ('left' | 'right')[] = []): string {
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...all.map((row) => visibleLength(row[column] ?? ''))))
  const line = (row: readonly string[]): string =>
    header
      .map((_, column) => {
        const cell = row[column] ?? ''
        const gap = ' '.repeat((widths[column] ?? 0) - visibleLength(cell))
        return align[column] === 'right' ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd()
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}

function visibleLength(text: string): number {
  // oxlint-disable-next-line no-control-regex -- colour codes take no room
  return [...text.replaceAll(/\u001B\[[0-9;]*m/g, '')].length
}
