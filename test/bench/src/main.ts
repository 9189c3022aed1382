// Measures one area and prints a table, or JSON with `--json`: `npm run bench -- AREA`.
import { areas } from './areas.ts'
import { renderTable } from './render-table.ts'

const words = process.argv.slice(2)
const wantsJson = words.includes('--json')
const names = words.filter((word) => word !== '--json')
const area = areas.find(({ name }) => name === names[0])

if (area === undefined || names.length > 1) {
  const list = areas.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')
  process.stderr.write(`Usage: npm run bench -- AREA [--json]\n\n${list}\n`)
  process.exitCode = 2
} else {
  const { header, results } = await area.run((progress) => process.stderr.write(`${progress}\n`))
  process.stdout.write(
    wantsJson ? `${JSON.stringify({ area: area.name, results }, null, 2)}\n` : renderTable(area.name, { header, results }),
  )
}
