import { errorTable, type RunEvent, type RunResult } from '@pipewright/kernel'
import { count, duration, money, originNote, usageLine } from './format.js'
import type { Output } from './output.js'
import { printable } from './printable.js'
import { printError } from './report-error.js'
import { showValue } from './show-value.js'
import { table } from './table.js'
import { TextStream } from './text-stream.js'

const marks = { succeeded: '✓', failed: '✗', skipped: '–', stopped: '■', paused: '…', pending: '·' } as const

/** Says on stderr what happens in a run, where a person watches; what models write is shown while they write it. */
export function watchRun(output: Output): (event: RunEvent) => void {
  const { color } = output
  const live = process.stderr.isTTY && !output.json && !output.quiet
  const stream = new TextStream(
    (text) => process.stderr.write(text),
    (step) => `${color.dim(`  ${step} writes:`)}\n`,
  )
  const note = (text: string): void => {
    stream.breakLine()
    output.note(text)
  }
  return (event) => {
    if (event.type === 'warning') output.warn(printable(`${event.step === null ? '' : `${event.step}: `}${event.message}`))
    if (event.type === 'run-edited') {
      output.note(`still hold: ${event.hold.join(', ') || 'none'}`)
      output.note(`run again:  ${event.again.join(', ') || 'none'}`)
    }
    // Of what is done for many items, the step as a whole is shown.
    if (!live || ('step' in event && event.step?.includes('[') === true)) return
    switch (event.type) {
      case 'text':
        stream.say(event.step, event.text)
        break
      case 'step-started':
        if (event.attempt === 1) note(color.dim(`▸ ${event.step} …`))
        break
      case 'step-retrying':
        stream.end(event.step)
        note(color.yellow(`↻ ${event.step}: ${printable(event.error.message)} – attempt ${event.attempt} in ${duration(event.waitMs)}`))
        break
      case 'step-progress':
        note(color.dim(`  ${event.step}: ${printable(event.message)}`))
        break
      case 'step-finished':
        stream.end(event.step)
        note(
          `${event.status === 'failed' ? color.red(marks.failed) : color.green(marks[event.status])} ${event.step} ${color.dim(duration(event.durationMs))}`,
        )
        break
      default:
    }
  }
}

/** How a run ended, for people. */
export async function printRun(result: RunResult, output: Output): Promise<void> {
  const { color } = output
  const rows = result.steps.map((step) => [
    `${marks[step.status]} ${step.id}`,
    step.status,
    String(step.attempts),
    duration(step.durationMs),
    step.usage.calls === 0 ? '' : count(step.usage.inputTokens + step.usage.outputTokens),
    step.usage.calls === 0 ? '' : money(step.usage.usd),
  ])
  output.print(table(['step', 'status', 'attempts', 'time', 'tokens', 'cost'], rows, ['left', 'left', 'right', 'right', 'right', 'right']))
  output.print()
  for (const [name, value] of Object.entries(result.outputs)) output.print(`${color.bold(name)}: ${forTerminal(showValue(value), output)}`)
  if (Object.keys(result.outputs).length > 0) output.print()
  const limit = result.budget.limit === null ? '' : ` of ${money(result.budget.limit)}`
  output.print(`${color.bold(result.status)} in ${duration(result.durationMs)} · ${usageLine(result.usage)}${limit} · ${result.runId}`)
  output.print(result.origin === 'simulated' ? color.yellow(originNote(result.origin)) : color.dim(originNote(result.origin)))
  if (result.error) await printError(result.error, output)
  for (const { step, message, subject } of result.questions) {
    output.print(`${color.yellow('waits')} ${step}: ${printable(message)}`)
    if (subject !== undefined) output.print(forTerminal(showValue(subject), output))
  }
  for (const kind of new Set(result.questions.map((question) => question.kind))) {
    if (kind === 'input') output.next(`answer ${result.runId} --value "…"`)
    else output.next(`approve ${result.runId}`, `or: reject ${result.runId} --reason "…"`)
  }
  if (result.status === 'interrupted') output.next(`runs resume ${result.runId}`)
}

/** The exit code that a run's end stands for. */
export function exitCodeOf(result: RunResult): number {
  if (result.status === 'succeeded') return 0
  if (result.status === 'paused') return 6
  if (result.status === 'interrupted') return 130
  return result.error ? errorTable[result.error.code].exit : 1
}

/** Into a file or another program goes what there is; a terminal is not handed over to it. */
function forTerminal(text: string, output: Output): string {
  return output.isTerminal ? printable(text) : text
}
