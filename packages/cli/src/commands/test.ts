import { stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { PipewrightError, runPipelineTests, type TestOutcome } from '@pipewright/kernel'
import { originNote } from '../output/format.js'
import { openProject } from '../project/open-project.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, paths, options) => {
  const { output } = context
  const { color } = output
  const project = await openProject(context)
  try {
    const results: { path: string; tests: readonly TestOutcome[] }[] = []
    for (const path of paths) {
      const directory = await packageFolder(resolve(context.cwd, path))
      output.print(color.bold(path))
      const tests = await runPipelineTests(
        { directory },
        {
          createEngine: (root) => project.scratchEngine(root),
          record: options['record'] === true,
          onOutcome(outcome) {
            const origin = outcome.origin === null ? '' : color.dim(` · ${originNote(outcome.origin).split(':')[0] ?? ''}`)
            output.print(`  ${outcome.ok ? color.green('✓') : color.red('✗')} ${outcome.name} ${color.dim(`(${outcome.kind})`)}${origin}`)
            for (const failure of outcome.failures) output.print(`      ${failure}`)
          },
        },
      )
      if (tests.length === 0) output.print('  no tests')
      results.push({ path: directory, tests })
    }
    const all = results.flatMap(({ tests }) => tests)
    const passed = all.filter((outcome) => outcome.ok).length
    const failed = all.length - passed
    output.result({ ok: failed === 0, passed, failed, packages: results })
    output.print(`\n${passed} passed, ${failed} failed`)
    return failed === 0 ? 0 : 1
  } finally {
    await project.close()
  }
}

/** A pipeline file stands for the folder that it is in. */
async function packageFolder(path: string): Promise<string> {
  const info = await stat(path).catch(() => null)
  if (!info) throw new PipewrightError('DOCUMENT_NOT_FOUND', `There is nothing at ${path}.`)
  const folder = info.isDirectory() ? path : dirname(path)
  const pipeline = await stat(join(folder, 'pipeline.yaml')).catch(() => null)
  if (!pipeline)
    throw new PipewrightError('DOCUMENT_NOT_FOUND', `There is no pipeline.yaml in ${folder}.`, {
      hint: 'Name a folder with a pipeline.yaml and a tests folder.',
    })
  return folder
}
