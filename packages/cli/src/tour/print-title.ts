import type { Output } from '../output/output.js'

/** Begins a stage of the tour. */
export function printTitle(number: number, text: string, output: Output): void {
  output.print(`\n${output.color.bold(output.color.cyan(`${number}  ${text}`))}\n`)
}
