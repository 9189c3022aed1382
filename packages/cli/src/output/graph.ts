import type { Plan, PlannedStep } from '@pipewright/kernel'

/** A plan as rows of steps that can run side by side, with what each waits for. */
export function drawGraph(plan: Plan): string {
  const level = new Map<string, number>()
  for (const step of plan.block.steps) level.set(step.id, Math.max(0, ...step.dependsOn.map((id) => (level.get(id) ?? 0) + 1)))
  const depth = Math.max(...level.values())
  const lines: string[] = []
  for (let at = 0; at <= depth; at++) {
    const steps = plan.block.steps.filter((step) => level.get(step.id) === at)
    if (at > 0) lines.push('   │')
    for (const [index, step] of steps.entries()) {
      const mark = steps.length === 1 ? '──' : index === 0 ? '┌─' : index === steps.length - 1 ? '└─' : '├─'
      const marks = [
        usesOf(step),
        ...(step.document.for_each === undefined ? [] : ['for each']),
        ...(step.document.if === undefined ? [] : ['if']),
        ...modelsOf(step),
      ]
      const after = step.dependsOn.length > 0 ? `  ← ${step.dependsOn.join(', ')}` : ''
      lines.push(`   ${mark} ${step.id} (${marks.join(', ')})${after}`)
    }
  }
  return lines.join('\n')
}

/** What a step does, in a word. */
export function usesOf({ document, work }: PlannedStep): string {
  return work.kind === 'call' ? (document.uses ?? '') : work.kind
}

export function modelsOf({ work }: PlannedStep): readonly string[] {
  return work.kind === 'call' ? work.models : []
}
