import { canonicalJson, PipewrightError } from '@pipewright/kernel'
import { comparableValues, compare } from './compare-values.js'
import type { OperationGiven } from './operation-schema.js'
import { asRecords, isEmpty, kindOf, listOf, mustNotExceed, requireFields, valueOf } from './records.js'

export function sortRecords(values: readonly unknown[], { by, descending }: OperationGiven<'sort'>): unknown[] {
  const columns = by === undefined ? [comparableValues(values, 'the value')] : columnsOf(values, listOf(by))
  const order = descending ? -1 : 1
  const sorted = values
    .map((_, index) => index)
    .sort((left, right) => {
      for (const column of columns) {
        const [a, b] = [column[left], column[right]]
        if (a === b) continue
        // What is empty comes last in either order.
        if (a === undefined) return 1
        if (b === undefined) return -1
        const result = compare(a, b)
        if (result !== 0) return order * result
      }
      return left - right
    })
  return sorted.map((index) => values[index])
}

function columnsOf(values: readonly unknown[], fields: readonly string[]): ReturnType<typeof comparableValues>[] {
  const records = asRecords(values)
  requireFields(records, fields)
  return fields.map((field) =>
    comparableValues(
      records.map((record) => valueOf(record, field)),
      `"${field}"`,
    ),
  )
}

export function distinctRecords(values: readonly unknown[], { by }: OperationGiven<'distinct'>): unknown[] {
  const fields = by === undefined ? null : listOf(by)
  const records = fields ? asRecords(values) : []
  if (fields) requireFields(records, fields)
  const seen = new Set<string>()
  return values.filter((value, index) => {
    const record = records[index]
    const key = canonicalJson(fields && record ? fields.map((field) => valueOf(record, field) ?? null) : value)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

export function flattenRecords(values: readonly unknown[], { field }: OperationGiven<'flatten'>): unknown[] {
  if (field === undefined) {
    const count = values.reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 1), 0)
    mustNotExceed(count)
    return values.flat()
  }
  const records = asRecords(values)
  requireFields(records, [field])
  const flat: unknown[] = []
  records.forEach((record, index) => {
    const list = valueOf(record, field)
    if (isEmpty(list)) return
    if (!Array.isArray(list))
      throw new PipewrightError('STEP_INPUT_INVALID', `"${field}" is ${kindOf(list)} in record ${index + 1}, not a list.`)
    mustNotExceed(flat.length + list.length)
    for (const element of list as unknown[]) flat.push({ ...record, [field]: element })
  })
  return flat
}
