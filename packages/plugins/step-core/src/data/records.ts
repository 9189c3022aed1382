import { nameHint, PipewrightError } from '@pipewright/kernel'

/** A map of fields. */
export type DataRecord = Readonly<Record<string, unknown>>

/** How many records an operation may give. */
export const maxRecords = 1_000_000

/** The elements of a list as maps of fields. @throws STEP_INPUT_INVALID naming the first that is none */
export function asRecords(values: readonly unknown[], of = ''): DataRecord[] {
  return values.map((value, index) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as DataRecord
    throw new PipewrightError('STEP_INPUT_INVALID', `record ${index + 1}${of} is ${kindOf(value)}, not a map of fields.`)
  })
}

/** The names of all fields that any of the records has. */
export function fieldNames(records: readonly DataRecord[]): Set<string> {
  const names = new Set<string>()
  for (const record of records) for (const name of Object.keys(record)) names.add(name)
  return names
}

/** A name that no record has is mistyped, most likely; nothing is taken to be empty by accident. @throws STEP_INPUT_INVALID */
export function requireFields(records: readonly DataRecord[], names: readonly string[], of = ''): void {
  if (records.length === 0) return
  const known = fieldNames(records)
  for (const name of names) {
    if (known.has(name)) continue
    throw new PipewrightError('STEP_INPUT_INVALID', `no record${of} has a field "${name}".`, {
      hint: nameHint(name, [...known], `A field that may be missing everywhere is made with derive, null where it is missing.`),
    })
  }
}

export function valueOf(record: DataRecord, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** Missing, null, or the empty text that stands for nothing in a table. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

export function listOf<Item>(oneOrMore: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(oneOrMore) ? (oneOrMore as readonly Item[]) : [oneOrMore as Item]
}

/** What a value is, for messages; never the value itself. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return { string: 'a text', number: 'a number', boolean: 'yes or no' }[typeof value as string] ?? 'a map'
}

export function mustNotExceed(count: number): void {
  if (count <= maxRecords) return
  throw new PipewrightError('STEP_INPUT_INVALID', `it gives more than ${maxRecords.toLocaleString('en')} records.`, {
    hint: 'Filter before, or join on fields that fewer records have in common.',
  })
}
