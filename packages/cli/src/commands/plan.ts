import { everyStepOf, loadPriceBook } from '@pipewright/kernel'
import { colourLines, drawGraph } from '../output/graph/draw-graph.js'
import { modelsOf, usesOf } from '../output/graph/step-labels.js'
import { printFindings } from '../output/findings.js'
import { estimateTable } from '../output/print-estimate.js'
import { loadPipeline } from '../project/load-pipeline.js'
import { openProject } from '../project/open-project.js'
import { parseInputs } from '../project/parse-inputs.js'
import type { CommandRunner } from '../program.js'

export const run: CommandRunner = async (context, [file = ''], options) => {
  const { output, cwd } = context
  const project = await openProject(context)
  try {
    const engine = project.scratchEngine()
    const { plan, findings } = await loadPipeline(engine, file, cwd)
    const { values } = await parseInputs(
      plan.document,
      (options['input'] as string[] | undefined) ?? [],
      options['inputs'] as string | undefined,
      project.root,
      cwd,
    )
    const estimate = await engine.estimate(plan, values)
    output.result({
      pipeline: plan.document.pipeline,
      version: plan.document.version,
      steps: [...plan.block.steps, ...plan.finally.steps].map((step) => ({
        id: step.id,
        uses: usesOf(step),
        model: modelsOf(step)[0] ?? null,
        models: modelsOf(step),
        dependsOn: step.dependsOn,
        estimate: estimate.steps.find(({ id }) => id === step.id)?.estimate,
        basis: estimate.steps.find(({ id }) => id === step.id)?.basis,
      })),
      estimate: estimate.total,
      budget: plan.document.budget ?? null,
      findings,
    })
    if (output.json) return 0
    const { color } = output
    output.print(
      `${color.bold(plan.document.pipeline)} ${plan.document.version}${plan.document.description ? ` – ${plan.document.description}` : ''}`,
    )
    output.print()
    output.print(colourLines(drawGraph(plan, output.columns), color.dim))
    output.print()
    output.print(estimateTable(estimate))
    const { tokens, usd, time } = plan.document.budget ?? {}
    output.print()
    output.print(
      plan.document.budget
        ? `budget: ${[tokens && `${tokens.toLocaleString('en')} tokens`, usd && `$${usd}`, time].filter(Boolean).join(', ')} – a run stops before it goes over`
        : 'budget: none; give one under `budget:` or with --max-usd',
    )
    if ([...everyStepOf(plan)].some((step) => modelsOf(step).length > 0))
      output.print(color.dim(`prices: ${(await loadPriceBook()).source}`))
    await printFindings(findings, output)
    output.next(`run ${file}`)
    return 0
  } finally {
    await project.close()
  }
}
