import type { Finding } from '@pipewright/kernel/documents'
import type { Output } from './output.js'
import { printable } from './printable.js'
import { showPlace } from './show-place.js'

/** Each finding with its place, the line itself, and the way out; on stderr. */
export async function printFindings(findings: readonly Finding[], output: Output): Promise<void> {
  const { color } = output
  for (const finding of findings) {
    const mark = finding.severity === 'error' ? color.red('error') : color.yellow('warning')
    output.error(`${mark} ${color.bold(finding.code)} (${finding.level}): ${printable(finding.message)}`)
    for (const line of await showPlace(finding)) output.error(color.dim(line))
    output.error(`  ${color.cyan('→')} ${printable(finding.hint)}`)
  }
}
