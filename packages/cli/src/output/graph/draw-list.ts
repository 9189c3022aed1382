import type { PlannedStep } from '@pipewright/kernel'
import { innerSteps, labelsOf } from './step-labels.js'

/** Steps as an indented list, each after what it waits for: a line each, for programs that read lines and narrow windows. */
export function drawList(steps: readonly PlannedStep[], indent = ''): string[] {
  return steps.flatMap((step) => {
    const labels = labelsOf(step)
    const after = step.dependsOn.length === 0 ? '' : `  ← ${step.dependsOn.join(', ')}`
    return [
      `${indent}${step.id}${labels.length === 0 ? '' : ` (${labels.join('; ')})`}${after}`,
      ...innerSteps(step).flatMap(({ title, steps: inner }) => [
        ...(title === null ? [] : [`${indent}  ${title}`]),
        ...drawList(inner, `${indent}${title === null ? '  ' : '    '}`),
      ]),
    ]
  })
}
