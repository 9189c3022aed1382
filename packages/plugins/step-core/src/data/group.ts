import { canonicalJson, PipewrightError } from '@pipewright/kernel'
import { aggregateOf, checkFields } from './aggregates.js'
import type { OperationGiven } from './operation-schema.js'
import { asRecords, listOf, requireFields, valueOf, type DataRecord } from './records.js'

/** One record for each group, in the order in which the first of each stands. */
export function groupRecords(values: readonly unknown[], { by, aggregates }: OperationGiven<'group'>): DataRecord[] {
  const fields = listOf(by)
  const twice = fields.find((field) => Object.hasOwn(aggregates, field))
  if (twice !== undefined) {
    throw new PipewrightError('STEP_INPUT_INVALID', `"${twice}" is a field of the groups already.`, {
      hint: 'Give the aggregate another name.',
    })
  }
  const records = asRecords(values)
  requireFields(records, fields)
  checkFields(records, aggregates)
  const groups = new Map<string, { readonly common: readonly unknown[]; readonly members: DataRecord[] }>()
  for (const record of records) {
    const common = fields.map((field) => valueOf(record, field) ?? null)
    const key = canonicalJson(common)
    const group = groups.get(key)
    if (group) group.members.push(record)
    else groups.set(key, { common, members: [record] })
  }
  return [...groups.values()].map(({ common, members }) =>
    Object.fromEntries([
      ...fields.map((field, index) => [field, common[index]]),
      ...Object.entries(aggregates).map(([name, aggregate]) => [name, aggregateOf(members, aggregate)]),
    ]),
  )
}
