import { readDocument, type PipelineDocument } from '@pipewright/kernel'
import { table } from '../output/table.js'
import { openProject } from '../project/open-project.js'
import { splitName } from '../registry/package-name.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, [given = '']) => {
  const { output } = context
  const { color } = output
  const project = await openProject(context)
  try {
    const templates = await project.templates()
    const { name, range } = splitName(given)
    const fetched = await templates.fetch(name, range)
    const file = fetched.files.find(({ path }) => path === 'pipeline.yaml')
    const read = file ? readDocument(file.content, file.path) : null
    const document: PipelineDocument | null = read?.ok ? read.document : null
    output.result({
      name: fetched.name,
      version: fetched.version,
      kind: fetched.kind,
      integrity: fetched.integrity,
      source: templates.label,
      description: document?.description ?? null,
      about: document?.about ?? null,
      inputs: document?.inputs ?? {},
      files: fetched.files.map(({ path }) => path),
    })
    output.print(`${color.bold(fetched.name)} ${fetched.version} (${fetched.kind}) ${color.dim(`from ${templates.label}`)}`)
    if (document) {
      output.print(document.about?.purpose ?? document.description ?? '')
      const rows = Object.entries(document.inputs).map(([input, { type, default: value, description = '' }]) => [
        input,
        type,
        value === undefined ? 'required' : (JSON.stringify(value) ?? ''),
        description,
      ])
      output.print()
      output.print(table(['parameter', 'type', 'default', 'what'], rows))
      output.print(`\nsteps: ${document.steps.map((step) => step.id).join(' → ')}`)
      if (document.about?.not_for.length) output.print(`not for: ${document.about.not_for.join('; ')}`)
    }
    output.print(color.dim(fetched.integrity))
    if (fetched.kind === 'plugin') output.print(`  ${color.cyan('→')} npm install ${fetched.name}@${fetched.version}`)
    else output.next(`install ${fetched.name}`)
    return 0
  } finally {
    await project.close()
  }
}
