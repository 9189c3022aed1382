import type { Plan } from '@pipewright/kernel'
import { cut } from './cut.js'
import { drawBoxes } from './draw-boxes.js'
import { drawList } from './draw-list.js'

/** How long the words in boxes may be, tried one after the other until the drawing fits. */
const labelLengths = [44, 32, 24, 18]

/**
 * A plan as a drawing of boxes.
 * @param width how many columns there are; null: as a list, for whoever is no terminal
 */
export function drawGraph(plan: Pick<Plan, 'block' | 'finally'>, width: number | null): string {
  const parts = [plan.block.steps, plan.finally.steps].filter((steps) => steps.length > 0)
  const draw = (how: (steps: (typeof parts)[number]) => string[]): string[] =>
    parts.flatMap((steps, index) => [...(index > 0 ? ['', 'finally:'] : []), ...how(steps)]).map((line) => (line === '' ? '' : `  ${line}`))
  const list = (): string[] => draw((steps) => drawList(steps))
  if (width === null) return list().join('\n')
  for (const length of labelLengths) {
    const lines = draw((steps) => drawBoxes(steps, length))
    if (lines.every((line) => [...line].length <= width)) return lines.join('\n')
  }
  return list()
    .map((line) => cut(line, width))
    .join('\n')
}

/** The lines of a drawing in another colour than its words. */
export function colourLines(drawing: string, colour: (text: string) => string): string {
  return drawing.replaceAll(/[│─┌┐└┘├┤┬┴┼]+/g, colour)
}
