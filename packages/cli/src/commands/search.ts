import { packageKinds, PipewrightError, type PackageKind } from '@pipewright/kernel'
import { table } from '../output/table.js'
import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, words, options) => {
  const { output } = context
  const limit = Number(options['limit'] ?? 10)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new PipewrightError('USAGE', '--limit is a number from 1 to 100.')
  const kind = options['kind'] as PackageKind | undefined
  if (kind !== undefined && !packageKinds.includes(kind)) throw new PipewrightError('USAGE', `--kind is ${packageKinds.join(', ')}.`)
  const project = await openProject(context)
  try {
    const templates = await project.templates()
    const items = await templates.search({ text: words.join(' '), limit, ...(kind === undefined ? {} : { kind }) })
    output.result({ source: templates.label, items })
    output.note(output.color.dim(templates.label))
    const rows = items.map((item) => [item.score.toFixed(2), `${item.name}@${item.version}`, item.kind, item.maturity, item.purpose])
    output.print(rows.length === 0 ? 'Nothing found.' : table(['fit', 'package', 'kind', 'maturity', 'purpose'], rows, ['right']))
    return 0
  } finally {
    await project.close()
  }
}
