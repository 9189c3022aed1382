import type { PlannedCall, PlannedStep } from '../pipeline/plan.js'
import { referenceText } from '../pipeline/template-engine.js'
import { hasPowerfulTools } from './effects.js'
import { ModelFlow } from './model-flow.js'
import type { Subject } from './subject.js'

/** Finds what models answer where it decides what is done to the world: in paths, addresses, commands, prompts of steps that can act. */
export function checkModelFlow(subject: Subject): void {
  const flow = new ModelFlow(subject)
  for (const { step } of subject.places.values()) {
    if (step.work.kind !== 'call') continue
    checkCall(step, step.work, flow, subject)
  }
}

function checkCall(step: PlannedStep, { type, with: given }: PlannedCall, flow: ModelFlow, { findings }: Subject): void {
  const sensitive = new Set(type.kind === 'step' ? type.sensitive : [])
  const isPowerful = hasPowerfulTools(step)
  for (const { path, template } of given.templates) {
    const isTarget = sensitive.has(String(path[0]))
    if (!isTarget && !isPowerful) continue
    const at = [...step.at, 'with', ...path]
    const found = flow.into(template, { step: step.id, path: at })
    // What it has said itself it could do anyway.
    if (!found || (!isTarget && found.flow[0] === step.id)) continue
    const way = [...found.flow, `${step.id}.${path.join('.')}`].join(' → ')
    const position = findings.sources.within(at, referenceText(found.reference))
    if (isTarget)
      findings.warn(
        'semantic',
        'MODEL_OUTPUT_IN_TARGET',
        `What a model answers decides the ${path.join('.')} of step "${step.id}": ${way}.`,
        position,
      )
    else
      findings.warn(
        'semantic',
        'MODEL_OUTPUT_IN_PROMPT',
        `What a model answers goes into what step "${step.id}" is asked, whose tools change something: ${way}.`,
        position,
      )
  }
}
