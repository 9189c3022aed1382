import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { renderReport } from '../output/report-page.js'
import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, [id = ''], options) => {
  const { output, cwd } = context
  const project = await openProject(context)
  try {
    const result = await (await project.engine()).show(id)
    const records = await (await project.store()).journal.read(id)
    const file = resolve(cwd, (options['out'] as string | undefined) ?? `${id}.html`)
    await writeFile(file, renderReport(result, records))
    output.result({ file })
    output.print(file)
    return 0
  } finally {
    await project.close()
  }
}
