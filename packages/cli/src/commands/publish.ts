import { resolve } from 'node:path'
import { PipewrightError, runPipelineTests } from '@pipewright/kernel'
import { printFindings } from '../output/findings.js'
import { openProject } from '../project/open-project.js'
import { readPublication } from '../registry/read-publication.js'
import { openRegistry } from '../registry/template-source.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, [dir = '.'], options) => {
  const { output, cwd } = context
  const { color } = output
  const project = await openProject(context)
  try {
    const directory = resolve(cwd, dir)
    const { manifest, files, integrity } = await readPublication(directory)
    if (manifest.kind === 'template') await checkTemplate(directory)
    const summary = { name: manifest.name, version: manifest.version, kind: manifest.kind, integrity, files: files.map(({ path }) => path) }
    output.print(`${color.bold(manifest.name)} ${manifest.version} (${manifest.kind})`)
    for (const path of summary.files) output.print(`  ${path}`)
    output.print(color.dim(integrity))
    if (options['dryRun'] === true) {
      output.result({ ...summary, published: false })
      output.print('Nothing was sent (--dry-run).')
      return 0
    }
    const registry = await openRegistry(context, project.config)
    const created = await registry.publish({ manifest, files, integrity })
    output.result({ ...summary, published: true, created, registry: registry.label })
    output.print(`${color.green('✓')} ${created ? 'published to' : 'was published before, the same, to'} ${registry.label}`)
    return 0
  } finally {
    await project.close()
  }

  async function checkTemplate(directory: string): Promise<void> {
    const { readDocumentFile } = await import('@pipewright/kernel')
    const { findings } = await project.scratchEngine(directory).check(await readDocumentFile(resolve(directory, 'pipeline.yaml')))
    await printFindings(findings, output)
    const error = findings.find((finding) => finding.severity === 'error')
    if (error)
      throw new PipewrightError('PACKAGE_INVALID', `The pipeline is not valid: ${error.message}`, {
        hint: error.hint,
        place: { file: error.file, line: error.line, column: error.column },
      })
    const outcomes = await runPipelineTests({ directory }, { createEngine: (root) => project.scratchEngine(root) })
    const failed = outcomes.find((outcome) => !outcome.ok)
    if (failed)
      throw new PipewrightError('TEST_FAILED', `The test "${failed.name}" fails: ${failed.failures[0] ?? ''}`, {
        hint: `Run pipewright test ${dir}`,
      })
    output.note(`${outcomes.length} tests passed`)
  }
}
