import type { PlannedStep } from '@pipewright/kernel'
import { Canvas } from './canvas.js'
import { cut } from './cut.js'
import { layersOf, type LayerNode } from './layers.js'
import { drawLines, type Line } from './route-lines.js'
import { innerSteps, labelsOf } from './step-labels.js'

const gap = 2

/** Steps as boxes with lines from each to those that wait for it; steps inside of steps as boxes inside of boxes. */
export function drawBoxes(steps: readonly PlannedStep[], longestLabel: number): string[] {
  const boxes = new Map(steps.map((step) => [step.id, boxOf(step, longestLabel)]))
  const layers = layersOf(steps)
  const widths = layers.map((layer) => layer.reduce((sum, { step }) => sum + widthOf(boxes, step) + gap, -gap))
  const widest = Math.max(0, ...widths)
  const canvas = new Canvas()
  let top = 0
  let centres = new Map<string, number>()
  for (const [index, layer] of layers.entries()) {
    const placed = place(layer, boxes, Math.floor((widest - (widths[index] ?? 0)) / 2))
    if (index > 0) top += drawLines(canvas, top, linesTo(layer, centres, placed))
    const height = Math.max(...layer.map(({ step }) => (step === null ? 1 : (boxes.get(step)?.length ?? 0) + 2)))
    for (const node of layer) {
      const centre = placed.get(node.id) ?? 0
      const content = node.step === null ? null : (boxes.get(node.step) ?? [])
      const isLast = !layers[index + 1]?.some(({ from }) => from.includes(node.id))
      drawNode(canvas, content, { top, bottom: top + height - 1, centre, isLast })
    }
    top += height
    centres = placed
  }
  return canvas.lines()
}

interface Area {
  readonly top: number
  /** The last row of the layer. */
  readonly bottom: number
  readonly centre: number
  /** Whether no line goes on from here. */
  readonly isLast: boolean
}

function drawNode(canvas: Canvas, content: readonly string[] | null, { top, bottom, centre, isLast }: Area): void {
  if (content === null) {
    canvas.vertical(centre, top - 1, bottom + 1)
    return
  }
  const width = boxWidth(content)
  const start = centre - (width - 1) / 2
  const end = top + content.length + 1
  canvas.frame(top, start, end, start + width - 1)
  for (const [index, line] of content.entries()) canvas.text(top + 1 + index, start + 2, line)
  // Boxes of one layer may end earlier than the highest of them.
  if (!isLast && end < bottom) canvas.vertical(centre, end, bottom)
}

/** The middle column of each node of a layer. */
function place(layer: readonly LayerNode[], boxes: ReadonlyMap<string, readonly string[]>, start: number): Map<string, number> {
  const centres = new Map<string, number>()
  let column = start
  for (const { id, step } of layer) {
    const width = widthOf(boxes, step)
    centres.set(id, column + (width - 1) / 2)
    column += width + gap
  }
  return centres
}

function linesTo(layer: readonly LayerNode[], before: ReadonlyMap<string, number>, placed: ReadonlyMap<string, number>): Line[] {
  return layer.flatMap(({ id, from }) => from.map((other) => ({ from: before.get(other) ?? 0, to: placed.get(id) ?? 0 })))
}

function boxOf(step: PlannedStep, longestLabel: number): readonly string[] {
  return [
    cut(step.id, longestLabel),
    ...labelsOf(step).map((label) => cut(label, longestLabel)),
    ...innerSteps(step).flatMap(({ title, steps }) => [
      ...(title === null ? [] : [cut(title, longestLabel)]),
      ...drawBoxes(steps, longestLabel),
    ]),
  ]
}

function widthOf(boxes: ReadonlyMap<string, readonly string[]>, step: string | null): number {
  return step === null ? 1 : boxWidth(boxes.get(step) ?? [])
}

/** An odd number of columns, so that there is one in the middle. */
function boxWidth(content: readonly string[]): number {
  const inner = Math.max(...content.map((line) => [...line].length))
  return inner + 4 + (inner % 2 === 0 ? 1 : 0)
}
