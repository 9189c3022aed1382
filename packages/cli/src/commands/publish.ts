import { resolve } from 'node:path'
import { readPackageFolder } from '@pipewright/catalogue'
import { computeIntegrity, PipewrightError, runPipelineTests } from '@pipewright/kernel'
import { printFindings } from '../output/findings.js'
import { openProject } from '../project/open-project.js'
import { openRegistry } from '../registry/template-source.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, [dir = '.'], options) => {
  const { output, cwd } = context
  const { color } = output
  const project = await openProject(context)
  try {
    const directory = resolve(cwd, dir)
    const { manifest, files } = await readPackageFolder(directory)
    if (!manifest.name.startsWith('@'))
      throw new PipewrightError('PACKAGE_INVALID', `A published package has a full name, not "${manifest.name}".`, {
        hint: `Write pipeline: "@your-scope/${manifest.name}".`,
      })
    const integrity = computeIntegrity(files)
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
    await registry.publish({ manifest, files, integrity })
    output.result({ ...summary, published: true, registry: registry.label })
    output.print(`${color.green('✓')} published to ${registry.label}`)
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
