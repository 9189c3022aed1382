import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PipewrightError } from '@pipewright/kernel'

/**
 * How much a commit waits for. `full`: records survive a power cut. `normal`: they survive the process, and the last ones
 * may be lost with the machine.
 */
export type Durability = 'full' | 'normal'

const schemaVersion = 1

const schema = `
  create table runs (
    id text primary key, pipeline text not null, status text not null, started_at text not null, finished_at text,
    owner text, lease_until integer not null default 0
  ) strict, without rowid;
  create index runs_by_start on runs (started_at desc, id desc);
  create table records (
    run_id text not null references runs (id), sequence integer not null, record text not null,
    primary key (run_id, sequence)
  ) strict, without rowid;
  create table accounts (
    account text primary key, spent_tokens integer not null default 0, spent_nanos integer not null default 0
  ) strict, without rowid;
  create table holds (
    id text primary key, tokens integer not null, nanos integer not null, expires_at integer not null
  ) strict, without rowid;
  create table hold_accounts (
    account text not null, hold_id text not null references holds (id) on delete cascade,
    primary key (account, hold_id)
  ) strict, without rowid;
  create index hold_accounts_by_hold on hold_accounts (hold_id);
`

/** Opens, or makes, the state database of a folder. Safe for several processes at once. @throws STATE_UNWRITABLE, STATE_CORRUPT */
export function openDatabase(folder: string, durability: Durability): DatabaseSync {
  try {
    mkdirSync(folder, { recursive: true })
    const database = new DatabaseSync(join(folder, 'state.db'))
    database.exec(`pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = ${durability}; pragma foreign_keys = on`)
    migrate(database)
    return database
  } catch (error) {
    throw toStateError(error, folder)
  }
}

function migrate(database: DatabaseSync): void {
  const version = (): number => (database.prepare('pragma user_version').get() as { user_version: number }).user_version
  if (version() === schemaVersion) return
  database.exec('begin immediate')
  try {
    // Another process may have done it while this one waited for the lock.
    if (version() === 0) database.exec(`${schema}; pragma user_version = ${schemaVersion}`)
    database.exec('commit')
  } catch (error) {
    database.exec('rollback')
    throw error
  }
  if (version() > schemaVersion)
    throw new PipewrightError(
      'STATE_CORRUPT',
      `The state was written by a newer version of Pipewright (schema ${version()}, this one knows ${schemaVersion}).`,
      { hint: 'Update Pipewright.' },
    )
}

const corrupt = new Set([11, 26])

/** What SQLite says, as a person can act on it. */
export function toStateError(error: unknown, folder: string): PipewrightError {
  if (PipewrightError.isInstance(error)) return error
  const { errcode, message } = error as { errcode?: number; message?: string }
  const primary = errcode === undefined ? undefined : errcode & 0xff
  if (primary !== undefined && corrupt.has(primary))
    return new PipewrightError('STATE_CORRUPT', `The state in ${folder} is damaged: ${message ?? ''}`, { cause: error })
  return new PipewrightError('STATE_UNWRITABLE', `The state in ${folder} cannot be written: ${message ?? String(error)}`, { cause: error })
}
