import { dirname, join, resolve } from 'node:path'
import { stat } from 'node:fs/promises'
import { PipewrightError, readDocumentFile, runPipelineTests, validationLevels, type Finding } from '@pipewright/kernel'
import { printFindings } from '../output/findings.js'
import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, files, options) => {
  const { output } = context
  const project = await openProject(context)
  try {
    const findings: Finding[] = []
    for (const file of files) {
      const found = await findingsOf(await pipelineFile(resolve(context.cwd, file)))
      findings.push(...found)
      if (!output.json) await report(file, found)
    }
    const ok = findings.every((finding) => finding.severity !== 'error')
    output.result({ ok, findings })
    return ok ? 0 : 3
  } finally {
    await project.close()
  }

  /** A file that cannot be read is a finding, so that the others are looked at all the same. */
  async function findingsOf(path: string): Promise<Finding[]> {
    try {
      const { plan, findings } = await project.scratchEngine().check(await readDocumentFile(path))
      const quality = plan && options['tests'] !== false ? await testFindings(path, (root) => project.scratchEngine(root)) : []
      return [...findings, ...quality]
    } catch (error) {
      if (!PipewrightError.isInstance(error) || !error.code.startsWith('DOCUMENT_')) throw error
      const { code, message, hint, place = { file: path } } = error
      return [{ level: 'syntax', severity: 'error', code, message, hint, line: 1, column: 1, ...place }]
    }
  }

  async function report(file: string, found: readonly Finding[]): Promise<void> {
    const { color } = output
    await printFindings(found, output)
    const marks = validationLevels.map((level) => {
      const own = found.filter((finding) => finding.level === level)
      const mark = own.some((finding) => finding.severity === 'error')
        ? color.red('✗')
        : own.length > 0
          ? color.yellow('!')
          : color.green('✓')
      return `${mark} ${level}`
    })
    output.print(`${file}: ${marks.join('  ')}`)
  }
}

/** A folder stands for the pipeline in it. */
async function pipelineFile(path: string): Promise<string> {
  const info = await stat(path).catch(() => null)
  return info?.isDirectory() ? join(path, 'pipeline.yaml') : path
}

/** The fifth validation: a pipeline's own tests. One without tests says so, as a warning. */
async function testFindings(path: string, createEngine: Parameters<typeof runPipelineTests>[1]['createEngine']): Promise<Finding[]> {
  const at = { level: 'quality', file: path, line: 1, column: 1 } as const
  const directory = dirname(path)
  const hasTests = await stat(join(directory, 'tests')).then(
    () => path.endsWith('pipeline.yaml'),
    () => false,
  )
  if (!hasTests) return []
  const outcomes = await runPipelineTests({ directory }, { createEngine })
  return outcomes.flatMap((outcome) =>
    outcome.failures.map((failure): Finding => ({
      ...at,
      severity: 'error',
      code: 'TEST_FAILED',
      message: `${outcome.name}: ${failure}`,
      hint: 'Run `pipewright test` on it for more.',
    })),
  )
}
