import type { StatementSync } from 'node:sqlite'
import { maxMemoBytes, PipewrightError, type Clock, type MemoEntry, type MemoHolder, type MemoStore } from '@pipewright/kernel'
import type { StateDatabase } from './state-database.js'

/** Outputs of steps by what they were made of, and who is about to make one that is made only once. */
export class SqliteMemo implements MemoStore {
  private readonly database: StateDatabase
  private readonly clock: Clock
  private readonly statements: Readonly<Record<'get' | 'put' | 'clean' | 'hold' | 'holder' | 'done' | 'letGo' | 'letAllGo', StatementSync>>

  constructor(database: StateDatabase, clock: Clock) {
    this.database = database
    this.clock = clock
    this.statements = {
      get: database.prepare('select entry from memos where key = ? and (expires_at is null or expires_at > ?)'),
      put: database.prepare('insert or replace into memos (key, entry, expires_at) values (?, ?, ?)'),
      clean: database.prepare('delete from memos where expires_at <= ?'),
      hold: database.prepare('insert or ignore into memo_holds (key, run, step) values (?, ?, ?)'),
      holder: database.prepare('select run, step from memo_holds where key = ?'),
      done: database.prepare('delete from memo_holds where key = ?'),
      letGo: database.prepare('delete from memo_holds where run = ? and key = ?'),
      letAllGo: database.prepare('delete from memo_holds where run = ?'),
    }
  }

  async get(key: string): Promise<MemoEntry | null> {
    const row = this.database.guard(() => this.statements.get.get(key, this.clock.now()))
    return row ? this.parse(key, String(row['entry'])) : null
  }

  async put(key: string, entry: MemoEntry): Promise<boolean> {
    const text = JSON.stringify(entry)
    if (Buffer.byteLength(text) > maxMemoBytes) return false
    await this.database.write(() => {
      this.statements.clean.run(this.clock.now())
      this.statements.put.run(key, text, entry.expiresAt === null ? null : Math.ceil(entry.expiresAt))
      this.statements.done.run(key)
    })
    return true
  }

  async hold(key: string, holder: MemoHolder): Promise<MemoHolder> {
    return this.database.write(() => {
      this.statements.hold.run(key, holder.run, holder.step)
      const row = this.statements.holder.get(key)
      return { run: String(row?.['run']), step: String(row?.['step']) }
    })
  }

  async letGo(run: string, key?: string): Promise<void> {
    await this.database.write(() => (key === undefined ? this.statements.letAllGo.run(run) : this.statements.letGo.run(run, key)))
  }

  private parse(key: string, text: string): MemoEntry {
    try {
      // Only this class writes the table, from values of this type.
      return JSON.parse(text) as MemoEntry
    } catch (cause) {
      // Not taken for a missing one: what is done once would be done again.
      throw new PipewrightError('STATE_CORRUPT', `The memo ${key} cannot be read.`, { cause, place: { file: this.database.file } })
    }
  }
}
