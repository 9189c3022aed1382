import { PipewrightError } from '@pipewright/kernel'
import { isEmpty, kindOf } from './records.js'

type Comparable = number | string

const numberText = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i

/** A number, or a text that is one, as tables have them; otherwise undefined. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && numberText.test(value) ? Number(value) : undefined
}

/**
 * Values that can be compared with one another, undefined for empty ones: as numbers when all are numbers or texts that are
 * numbers, as texts when all are texts, no before yes.
 * @param what the values are, for messages
 * @throws STEP_INPUT_INVALID naming the record whose value does not fit the others
 */
export function comparableValues(values: readonly unknown[], what: string): (Comparable | undefined)[] {
  const first = values.find((value) => !isEmpty(value))
  const numbers = values.map((value) => (isEmpty(value) ? undefined : asNumber(value)))
  if (values.every((value, index) => isEmpty(value) || numbers[index] !== undefined)) return numbers
  const fits = (value: unknown, index: number): boolean =>
    isEmpty(value) || (typeof first === 'number' ? numbers[index] !== undefined : typeof value === typeof first)
  const misfit = values.findIndex((value, index) => !fits(value, index))
  if (misfit !== -1 || (typeof first !== 'string' && typeof first !== 'boolean')) {
    const place = misfit === -1 ? values.indexOf(first) : misfit
    const others = misfit === -1 ? '' : `, and ${kindOf(first)} in another`
    throw new PipewrightError(
      'STEP_INPUT_INVALID',
      `${what} is ${kindOf(values[place])} in record ${place + 1}${others}: they cannot be compared.`,
    )
  }
  return values.map((value) => (isEmpty(value) ? undefined : typeof value === 'string' ? value : Number(value)))
}

/** Texts by their code units, so that the order is the same everywhere. */
export function compare(left: Comparable, right: Comparable): number {
  return left < right ? -1 : left > right ? 1 : 0
}
