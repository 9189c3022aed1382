import { relative } from 'node:path'
import { errorTable, validationLevels } from '@pipewright/kernel'
import { count, duration, money, originNote } from '../output/format.js'
import type { Output } from '../output/output.js'
import { table } from '../output/table.js'
import type { GenesisOutcome } from './genesis-outcome.js'

const candidatesShown = 5

/** What genesis found and made, and why, for people. */
export function printOutcome(outcome: GenesisOutcome, output: Output, cwd: string): void {
  const { color } = output
  output.print(color.bold('Selection') + color.dim(`  from ${outcome.source ?? 'nowhere'}`))
  const rows = outcome.candidates
    .slice(0, candidatesShown)
    .map(({ name, version, score, reasons }) => [
      name === outcome.template?.name ? '→' : ' ',
      score.toFixed(2),
      `${name}@${version}`,
      reasons.join('; '),
    ])
  output.print(rows.length === 0 ? '  nothing found' : table([' ', 'fit', 'template', 'why'], rows, ['left', 'right']))
  for (const file of outcome.missingFiles) output.print(`\n${color.yellow('!')} ${file} is not a file here, so it is not filled in.`)
  if (outcome.template) printMade(outcome, output)
  for (const question of outcome.questions) output.print(`\n${color.yellow('?')} ${question.question}\n  ${color.dim(question.why)}`)
  output.print()
  printNext(outcome, output, cwd)
}

function printMade(outcome: GenesisOutcome, output: Output): void {
  const { color } = output
  if (outcome.filled.length > 0) {
    output.print(`\n${color.bold('Parameters')}`)
    output.print(
      table(
        ['parameter', 'value', 'taken from'],
        outcome.filled.map(({ input, value, from, by }) => [
          input,
          JSON.stringify(value) ?? '',
          by === 'answer' ? 'your answer' : `“${from}”`,
        ]),
      ),
    )
  }
  if (outcome.assumed.length > 0) output.print(color.dim(`as the template has them: ${outcome.assumed.join(', ')}`))
  if (outcome.required.length > 0) output.print(color.dim(`to be given when it runs: ${outcome.required.join(', ')}`))
  if (outcome.estimate) {
    const { low, expected, worst } = outcome.estimate
    output.print(`\n${color.bold('Estimate')}`)
    const row = (name: string, cost: typeof low): string[] => [name, count(cost.tokens), money(cost.usd), duration(cost.timeMs)]
    output.print(
      table(
        ['', 'tokens', 'cost', 'time'],
        [row('low', low), row('expected', expected), row('worst', worst)],
        ['left', 'right', 'right', 'right'],
      ),
    )
  }
  output.print(`\n${color.bold('Validation')}`)
  output.print(
    `  ${validationLevels.map((level) => `${outcome.validation[level].ok ? color.green('✓') : color.red('✗')} ${level}`).join('   ')}`,
  )
  for (const level of validationLevels)
    for (const finding of outcome.validation[level].findings) output.print(`  ${finding.severity} ${finding.code}: ${finding.message}`)
  output.print(`\n${color.bold('Tests')}  ${outcome.tests.passed} passed, ${outcome.tests.failed} failed`)
  for (const { name, ok, kind, origin, failures } of outcome.tests.outcomes) {
    output.print(
      `  ${ok ? color.green('✓') : color.red('✗')} ${name} ${color.dim(`(${kind}${origin === null ? '' : `, ${originNote(origin).split(':')[0] ?? ''}`})`)}`,
    )
    for (const failure of failures) output.print(`      ${failure}`)
  }
  output.print(
    `\nconfidence ${outcome.confidence.toFixed(2)} · maturity ${outcome.maturity} · ${outcome.usage.calls} model calls, ${money(outcome.usage.usd)} spent on making it`,
  )
}

function printNext(outcome: GenesisOutcome, output: Output, cwd: string): void {
  const { color } = output
  const next = (line: string): void => output.print(`  ${color.cyan('→')} ${line}`)
  switch (outcome.status) {
    case 'created': {
      const path = relative(cwd, outcome.files?.pipeline ?? '')
      output.print(`${color.green('✓')} ${path}`)
      output.next(`run ${path}${outcome.required.map((input) => ` --input ${input}=…`).join('')}`)
      output.next(`plan ${path}`)
      break
    }
    case 'selected':
      output.print(`${outcome.template?.name ?? ''} fits. Nothing was written (--dry-run).`)
      break
    case 'awaiting-approval':
      output.print(`${color.yellow('waits for approval')}  ${relative(cwd, outcome.files?.pipeline ?? '')}`)
      output.next(`approve ${outcome.id}`, `or: reject ${outcome.id} --reason "…"`)
      break
    case 'needs-answers':
      output.print(color.yellow('needs answers'))
      next('say more, or give --answers FILE with the questions’ ids as keys, or --template NAME')
      break
    case 'no-match':
      output.print('No template fits. Nothing was written and nothing was spent.')
      next('say it in other words, or')
      output.next('search WORDS', 'look around')
      output.next('init', 'make a pipeline to start from by hand')
      break
    case 'failed':
      output.error(
        `${color.red('error')} ${color.bold(outcome.error?.code ?? 'INVALID_VALUE')}: ${outcome.error?.message ?? 'What was made is not valid, so nothing was written.'}`,
      )
      next(outcome.error?.hint ?? 'Choose another template with --template.')
      break
  }
}

/** The exit code that an outcome stands for. */
export function exitCodeOf({ status, error }: GenesisOutcome): number {
  if (status === 'created' || status === 'selected') return 0
  if (status === 'needs-answers' || status === 'awaiting-approval') return 6
  if (status === 'no-match') return 1
  return error ? errorTable[error.code].exit : 3
}
