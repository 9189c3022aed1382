import { relative } from 'node:path'
import type { Plan } from '@pipewright/kernel'
import type { Project } from '../project/open-project.js'
import type { CommandContext } from '../program.js'
import { printTitle } from './print-title.js'

interface FinishedTour {
  readonly plan: Plan
  /** Absolute. */
  readonly pipeline: string
  readonly runId: string
  /** Where the model calls went; null to the models that the pipeline names. */
  readonly provider: string | null
}

/** What to try after the tour. */
export function printNext({ output, cwd }: CommandContext, project: Project, { plan, pipeline, runId, provider }: FinishedTour): void {
  printTitle(5, 'What to try next', output)
  const file = Object.entries(plan.document.inputs).find(([, input]) => input.type === 'file')?.[0]
  if (file !== undefined) {
    const flags = `--input ${file}=@YOUR-FILE${provider === null ? '' : ` --provider ${provider}`}`
    output.next(`run ${relative(cwd, pipeline)} ${flags}`, 'on a file of your own')
  }
  output.next(`runs report ${runId} --out run.html`, 'this run as a page: timeline, costs, outputs')
  output.next('genesis "what you need, in your own words"', 'the next pipeline')
  output.next('registry serve', 'the registry with its pages, to browse')
  output.print(`  ${output.color.dim(`Project: ${project.root}. Everything made here is in pipelines/ and .pipewright/.`)}`)
}
