import { PipewrightError } from '../errors/pipewright-error.js'
import type { JournalStore } from '../points/store.js'
import type { FileStore } from './file-store.js'
import type { JournalRecord, StoredValue } from './journal-record.js'

/** What a value may have as JSON, in bytes, to stand in its record itself. */
const mostInRecord = 1024 * 1024
/** A character has at most so many bytes in JSON, escaped. */
const bytesOfCharacter = 6

/**
 * A journal whose large values lie as files, once however often they are recorded. Whoever writes and reads through it sees the
 * values themselves.
 */
export function keepLargeValues(journal: JournalStore, files: FileStore): JournalStore {
  return {
    create: (...given) => journal.create(...given),
    append: async (runId, records) => journal.append(runId, await allToJournal(records, files)),
    appendAfter: async (runId, after, records) => journal.appendAfter(runId, after, await allToJournal(records, files)),
    async read(...given) {
      const records = await journal.read(...given)
      if (!records.some((record) => record.stored)) return records
      const whole: JournalRecord[] = []
      for (const record of records) whole.push(await fromJournal(record, files))
      return whole
    },
    setStatus: (...given) => journal.setStatus(...given),
    list: (...given) => journal.list(...given),
    get: (...given) => journal.get(...given),
    pastRuns: (...given) => journal.pastRuns(...given),
    holder: (...given) => journal.holder(...given),
    claim: (...given) => journal.claim(...given),
    release: (...given) => journal.release(...given),
  }
}

async function allToJournal(records: readonly JournalRecord[], files: FileStore): Promise<readonly JournalRecord[]> {
  if (!records.some(mayBeLarge)) return records
  const kept: JournalRecord[] = []
  for (const record of records) kept.push(await toJournal(record, files))
  return kept
}

/** A record as it is written: a value that is too large is a reference. @throws STATE_UNWRITABLE */
export async function toJournal(record: JournalRecord, files: FileStore): Promise<JournalRecord> {
  if (!mayBeLarge(record)) return record
  const bytes = Buffer.from(JSON.stringify(valueOf(record)))
  if (bytes.byteLength <= mostInRecord) return record
  const stored = { file: await files.put(bytes), bytes: bytes.byteLength }
  switch (record.type) {
    case 'step-finished':
      return { ...record, output: null, stored }
    case 'run-finished':
      return { ...record, outputs: {}, stored }
    case 'items-listed':
      return { ...record, items: [], stored }
    default:
      return record
  }
}

/** A record with its value, wherever that lies. @throws STATE_CORRUPT when it is gone or damaged */
export async function fromJournal(record: JournalRecord, files: FileStore): Promise<JournalRecord> {
  const { stored, ...rest } = record
  if (!stored) return record
  const value = await readValue(stored, 'step' in record && record.step !== null ? `of step "${record.step}"` : 'of the run', files)
  // What was written was what the record says: its digest has been checked.
  switch (rest.type) {
    case 'step-finished':
      return { ...rest, output: value }
    case 'run-finished':
      return { ...rest, outputs: value as typeof rest.outputs }
    case 'items-listed':
      return { ...rest, items: value as typeof rest.items }
    default:
      return rest
  }
}

async function readValue({ file, bytes }: StoredValue, whose: string, files: FileStore): Promise<unknown> {
  const name = `with what the journal holds ${whose}`
  try {
    return JSON.parse(new TextDecoder().decode(await files.get(file, { name, maxBytes: bytes })))
  } catch (error) {
    if (!PipewrightError.isInstance(error) || (error.code !== 'FILE_NOT_FOUND' && error.code !== 'STATE_CORRUPT')) throw error
    const message = error.code === 'STATE_CORRUPT' ? error.message : `The stored file ${name} is gone: ${file}.`
    throw new PipewrightError('STATE_CORRUPT', message, {
      // The run counts the step as done, so it would not make the value again.
      hint: 'Put back what was in the folder files/ of the state, or start the pipeline again.',
      ...(error.place ? { place: error.place } : {}),
      cause: error,
    })
  }
}

function valueOf(record: JournalRecord): unknown {
  switch (record.type) {
    case 'step-finished':
      return record.output
    case 'run-finished':
      return record.outputs
    case 'items-listed':
      return record.items
    default:
      return undefined
  }
}

/** Whether it is worth the work of writing the value as JSON to know: nearly all are far too small. */
function mayBeLarge(record: JournalRecord): boolean {
  const most = mostInRecord / bytesOfCharacter
  return charactersOf(valueOf(record), most) > most
}

/** At least as many characters as a value has as JSON, unescaped; counting stops where it is more than `most`. */
function charactersOf(value: unknown, most: number): number {
  if (typeof value === 'string') return value.length + 3
  if (typeof value !== 'object' || value === null) return 26
  let sum = 2
  if (Array.isArray(value)) {
    for (const part of value) {
      if (sum > most) break
      sum += 1 + charactersOf(part, most - sum)
    }
    return sum
  }
  for (const [key, part] of Object.entries(value)) {
    if (sum > most) break
    sum += key.length + 4 + charactersOf(part, most - sum)
  }
  return sum
}
