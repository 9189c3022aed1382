import { PipewrightError, type TokenUsage } from '@pipewright/kernel'
import type { Report } from './command-config.js'

/** What a command that prints JSON says. */
export interface CommandReport {
  readonly answer: string
  /** Undefined when it did not report both sides. */
  readonly usage: TokenUsage | undefined
  /** Why it failed, if it says that it did. */
  readonly failure: string | undefined
}

/** Reads a command's JSON. @throws PROVIDER_BAD_RESPONSE */
export function readReport(output: string, places: Report): CommandReport {
  const report = parse(output)
  const failed = places.error === undefined ? undefined : valuesAt(report, places.error)[0]
  const [answer] = valuesAt(report, places.answer)
  const text = typeof answer === 'string' ? answer : answer === undefined ? undefined : JSON.stringify(answer)
  const failure = typeof failed === 'string' && failed !== '' ? failed : failed === true ? (text ?? 'no reason given') : undefined
  if (text === undefined && failure === undefined) {
    throw new PipewrightError('PROVIDER_BAD_RESPONSE', `The command’s JSON holds no answer at "${places.answer}".`)
  }
  const inputTokens = sumAt(report, places.inputTokens)
  const outputTokens = sumAt(report, places.outputTokens)
  const usage = inputTokens === undefined || outputTokens === undefined ? undefined : { inputTokens, outputTokens }
  return { answer: text ?? '', usage, failure }
}

function parse(output: string): unknown {
  try {
    return JSON.parse(output)
  } catch {
    // The parser's own message quotes the output, and with it perhaps the prompt.
    throw new PipewrightError('PROVIDER_BAD_RESPONSE', 'The command was to print JSON, and did not.')
  }
}

/** The values at a path; `*` leads into each value of an object or array. */
function valuesAt(value: unknown, path: string): unknown[] {
  return path.split('.').reduce<unknown[]>((values, key) => values.flatMap((each) => below(each, key)), [value])
}

function below(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  if (key === '*') return Object.values(value)
  return Object.hasOwn(value, key) ? [Reflect.get(value, key)] : []
}

function sumAt(report: unknown, paths: readonly string[]): number | undefined {
  const numbers = paths.flatMap((path) => valuesAt(report, path)).filter((value) => typeof value === 'number' && value >= 0)
  return numbers.length === 0 ? undefined : numbers.reduce<number>((sum, value) => sum + Math.round(Number(value)), 0)
}
