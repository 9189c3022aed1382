import type { Finding } from '@pipewright/kernel'
import type { Output } from './output.js'
import { showPlace } from './report-error.js'

/** Each finding with its place, the line itself, and the way out; on stderr. */
export async function printFindings(findings: readonly Finding[], output: Output): Promise<void> {
  const { color } = output
  for (const finding of findings) {
    const mark = finding.severity === 'error' ? color.red('error') : color.yellow('warning')
    output.error(`${mark} ${color.bold(finding.code)} (${finding.level}): ${finding.message}`)
    for (const line of await showPlace(finding)) output.error(color.dim(line))
    output.error(`  ${color.cyan('→')} ${finding.hint}`)
  }
}
