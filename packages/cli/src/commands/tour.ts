import { join, relative } from 'node:path'
import { DisposalScope } from '@pipewright/kernel'
import { exitCodeOf as genesisExitCode } from '../genesis/print-outcome.js'
import { exitCodeOf } from '../output/print-run.js'
import { openProject } from '../project/open-project.js'
import { findProjectRoot } from '../project/read-config.js'
import type { CommandRunner } from '../program.js'
import { chooseTourModel } from '../tour/choose-tour-model.js'
import { exampleRequirement } from '../tour/example-requirement.js'
import { makePipeline } from '../tour/make-pipeline.js'
import { printNext } from '../tour/print-next.js'
import { runPipeline } from '../tour/run-pipeline.js'
import { printTitle } from '../tour/print-title.js'

/** The whole way once: a registry, genesis over HTTP, the plan, the run. */
export const run: CommandRunner = async (context, words) => {
  const { output } = context
  const requirement = words.length > 0 ? words.join(' ') : await exampleRequirement(context.cwd)
  const model = chooseTourModel(context.environment)
  const { serveRegistry } = await import('@pipewright/registry')
  const { starterPackages } = await import('@pipewright/catalogue')
  const scope = new DisposalScope()
  try {
    printTitle(1, 'A registry', output)
    // Where `registry serve` looks for it too.
    const dataDirectory = join(await findProjectRoot(context.cwd), '.pipewright', 'registry')
    const registry = await serveRegistry({ host: '127.0.0.1', port: 0, dataDirectory, seed: await starterPackages() })
    scope.add(() => registry.close())
    const project = await openProject({ ...context, registry: registry.url })
    scope.add(() => project.close())
    const found = await (await project.templates()).search({ text: requirement, limit: 100 })
    output.print(`${registry.url} serves ${found.length} packages, embedded in this process (${relative(context.cwd, dataDirectory)}).`)

    const genesis = await makePipeline(context, project, requirement, model)
    if (genesis.status !== 'created' || genesis.files === null) {
      output.result({ genesis, run: null })
      return genesisExitCode(genesis)
    }
    const { plan, result } = await runPipeline(context, project, { ...genesis, files: genesis.files }, model)
    output.result({ genesis, run: result })
    printNext(context, project, { plan, pipeline: genesis.files.pipeline, runId: result.runId, provider: model.provider })
    return exitCodeOf(result)
  } finally {
    await scope.dispose()
  }
}
