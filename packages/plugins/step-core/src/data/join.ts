import { canonicalJson, PipewrightError } from '@pipewright/kernel'
import type { OperationGiven } from './operation-schema.js'
import { asRecords, fieldNames, isEmpty, mustNotExceed, requireFields, valueOf, type DataRecord } from './records.js'

const ofOther = ' of the other list'

/** Records with the fields of those in another list that have the same values; several of them make several records. */
export function joinRecords(values: readonly unknown[], { with: others, on, kind, prefix = '' }: OperationGiven<'join'>): DataRecord[] {
  const left = asRecords(values)
  const right = asRecords(others, ofOther)
  const pairs: readonly (readonly [here: string, there: string])[] = typeof on === 'string' ? [[on, on]] : Object.entries(on)
  const here = pairs.map(([field]) => field)
  const there = pairs.map(([, field]) => field)
  requireFields(left, here)
  requireFields(right, there, ofOther)
  const added = addedFields(left, right, there, prefix)
  const nothing = Object.fromEntries([...added.values()].map((name) => [name, null]))
  const byKey = new Map<string, DataRecord[]>()
  for (const record of right) {
    const key = keyOf(record, there)
    if (key === undefined) continue
    const fields = Object.fromEntries([...added].map(([field, name]) => [name, valueOf(record, field) ?? null]))
    const known = byKey.get(key)
    if (known) known.push(fields)
    else byKey.set(key, [fields])
  }
  const joined: DataRecord[] = []
  for (const record of left) {
    const key = keyOf(record, here)
    const found = key === undefined ? undefined : byKey.get(key)
    mustNotExceed(joined.length + (found?.length ?? 0))
    if (found) for (const fields of found) joined.push({ ...record, ...fields })
    else if (kind === 'left') joined.push({ ...record, ...nothing })
  }
  return joined
}

/** The other list's fields, with what they are called in the result. @throws STEP_INPUT_INVALID when a name is taken */
function addedFields(
  left: readonly DataRecord[],
  right: readonly DataRecord[],
  keys: readonly string[],
  prefix: string,
): ReadonlyMap<string, string> {
  const taken = fieldNames(left)
  const added = new Map([...fieldNames(right)].filter((field) => !keys.includes(field)).map((field) => [field, `${prefix}${field}`]))
  for (const name of added.values()) {
    if (!taken.has(name)) continue
    throw new PipewrightError('STEP_INPUT_INVALID', `both lists have a field "${name}".`, {
      hint: `Give ${prefix === '' ? 'a' : 'another'} prefix for the other list's fields, or drop or rename one of the two.`,
    })
  }
  return added
}

/** What has to be the same in both. A number and the text of it are, since tables know only texts; what is empty matches nothing. */
function keyOf(record: DataRecord, fields: readonly string[]): string | undefined {
  const values = fields.map((field) => valueOf(record, field))
  if (values.some(isEmpty)) return undefined
  return canonicalJson(values.map((value) => (typeof value === 'number' ? String(value) : value)))
}
