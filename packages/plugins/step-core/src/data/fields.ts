import { PipewrightError } from '@pipewright/kernel'
import { asRecords, requireFields, type DataRecord } from './records.js'

export function selectFields(values: readonly unknown[], names: readonly string[]): DataRecord[] {
  const records = asRecords(values)
  requireFields(records, names)
  return records.map((record) => Object.fromEntries(names.flatMap((name) => (Object.hasOwn(record, name) ? [[name, record[name]]] : []))))
}

export function dropFields(values: readonly unknown[], names: readonly string[]): DataRecord[] {
  const records = asRecords(values)
  requireFields(records, names)
  const dropped = new Set(names)
  return records.map((record) => Object.fromEntries(Object.entries(record).filter(([name]) => !dropped.has(name))))
}

/** Fields keep their places. @throws STEP_INPUT_INVALID when two fields of a record would have one name */
export function renameFields(values: readonly unknown[], names: Readonly<Record<string, string>>): DataRecord[] {
  const records = asRecords(values)
  requireFields(records, Object.keys(names))
  return records.map((record, index) => {
    const entries = Object.entries(record).map(
      ([name, value]) => [Object.hasOwn(names, name) ? (names[name] ?? name) : name, value] as const,
    )
    const renamed: DataRecord = Object.fromEntries(entries)
    if (Object.keys(renamed).length === entries.length) return renamed
    const twice = entries.map(([name]) => name).find((name, place, all) => all.indexOf(name) !== place)
    throw new PipewrightError('STEP_INPUT_INVALID', `record ${index + 1} would have two fields "${twice}".`, {
      hint: 'Drop or rename the other one too.',
    })
  })
}
