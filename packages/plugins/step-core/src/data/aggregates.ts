import { PipewrightError } from '@pipewright/kernel'
import { asNumber, comparableValues, compare } from './compare-values.js'
import type { Aggregate } from './operation-schema.js'
import { asRecords, isEmpty, kindOf, requireFields, valueOf, type DataRecord } from './records.js'

/** One map of many records. */
export function aggregateRecords(values: readonly unknown[], aggregates: Readonly<Record<string, Aggregate>>): DataRecord {
  checkFields(values, aggregates)
  return Object.fromEntries(Object.entries(aggregates).map(([name, aggregate]) => [name, aggregateOf(values, aggregate)]))
}

/** Fields are looked for in all records at once: a single group may well have none of an optional one. */
export function checkFields(values: readonly unknown[], aggregates: Readonly<Record<string, Aggregate>>): void {
  const fields = Object.values(aggregates).flatMap((aggregate) => Object.values(aggregate).filter((field) => typeof field === 'string'))
  if (fields.length > 0) requireFields(asRecords(values), fields)
}

/** Values that are empty are left out. @throws STEP_INPUT_INVALID when a value is not a number where one has to be */
export function aggregateOf(values: readonly unknown[], aggregate: Aggregate): unknown {
  if (aggregate.count !== undefined) return aggregate.count === true ? values.length : column(values, aggregate.count).length
  if (aggregate.first !== undefined) return (aggregate.first === true ? values : column(values, aggregate.first))[0] ?? null
  if (aggregate.list !== undefined) return aggregate.list === true ? [...values] : column(values, aggregate.list)
  if (aggregate.sum !== undefined) return sum(numbers(values, aggregate.sum))
  if (aggregate.average !== undefined) {
    const all = numbers(values, aggregate.average)
    return all.length === 0 ? null : sum(all) / all.length
  }
  const [field = '', wanted] = aggregate.min === undefined ? [aggregate.max, 1] : [aggregate.min, -1]
  return extreme(column(values, field), `"${field}"`, wanted)
}

function column(values: readonly unknown[], field: string): unknown[] {
  return asRecords(values)
    .map((record) => valueOf(record, field))
    .filter((value) => !isEmpty(value))
}

function numbers(values: readonly unknown[], field: string): number[] {
  return asRecords(values).flatMap((record, index) => {
    const value = valueOf(record, field)
    if (isEmpty(value)) return []
    const number = asNumber(value)
    if (number !== undefined) return [number]
    throw new PipewrightError('STEP_INPUT_INVALID', `"${field}" is ${kindOf(value)} in record ${index + 1}, not a number.`)
  })
}

function sum(all: readonly number[]): number {
  return all.reduce((total, number) => total + number, 0)
}

function extreme(values: readonly unknown[], what: string, wanted: number): unknown {
  let best: number | undefined
  const comparable = comparableValues(values, what)
  comparable.forEach((value, index) => {
    const before = best === undefined ? undefined : comparable[best]
    if (value !== undefined && (before === undefined || compare(value, before) === wanted)) best = index
  })
  if (best === undefined) return null
  return typeof values[best] === 'boolean' ? values[best] : (comparable[best] ?? null)
}
