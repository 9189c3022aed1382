import { basename } from 'node:path'
import { PipewrightError } from '../errors/pipewright-error.js'

/** How many pipelines may run inside each other, the outermost counted. */
const deepest = 8

/**
 * Whether a pipeline may run inside of others.
 * @param around the files of those that it would run in, outermost first
 * @throws STEP_CYCLE, NESTING_TOO_DEEP
 */
export function mustNest(file: string, around: readonly string[]): void {
  const again = around.indexOf(file)
  if (again !== -1) {
    const circle = [...around.slice(again), file].map((path) => basename(path)).join(' → ')
    throw new PipewrightError('STEP_CYCLE', `These pipelines run each other: ${circle}.`, {
      hint: 'Remove one of the pipeline steps that close the circle.',
    })
  }
  if (around.length >= deepest)
    throw new PipewrightError('NESTING_TOO_DEEP', `${basename(file)} would be pipeline ${around.length + 1} inside each other.`)
}
