import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { PipewrightError, type Durability } from '@pipewright/kernel'
import { migrations } from './migrations.js'
import { SharedWrites } from './shared-writes.js'
import { toStateError } from './state-error.js'

export interface StateDatabaseOptions {
  readonly durability: Exclude<Durability, 'none'>
  /** Stands for a full disk in tests: the file may have at most so many pages. */
  readonly maxPages?: number
}

/** How long a process waits for others that write, in milliseconds. Each of them needs a few. */
const busyTimeoutMs = 15_000

/**
 * After how many pages the log is written back and begun anew. A log that is written over costs less to make durable than one
 * that grows, so it is kept shorter than SQLite's 1000; much shorter, and large records would be written back all the time.
 */
const checkpointPages = 400

/** One connection to the file `state.db` of a state folder. Every error leaves it as STATE_UNWRITABLE or STATE_CORRUPT. */
export class StateDatabase {
  readonly file: string
  private readonly connection: DatabaseSync
  private readonly writes: SharedWrites

  /** Makes the folder and the file when they are missing, and brings the tables up to date. */
  constructor(folder: string, options: StateDatabaseOptions) {
    this.file = join(folder, 'state.db')
    this.connection = this.guard(() => {
      mkdirSync(folder, { recursive: true })
      return new DatabaseSync(this.file, { timeout: busyTimeoutMs })
    })
    this.writes = new SharedWrites(this.connection)
    try {
      this.guard(() => this.prepareFile(options))
    } catch (error) {
      this.connection.close()
      throw error
    }
  }

  /** Runs work whose errors are those of the state. */
  guard<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw toStateError(error, this.file)
    }
  }

  /** A statement, prepared once and kept by whoever asks for it. */
  prepare(sql: string): StatementSync {
    return this.guard(() => this.connection.prepare(sql))
  }

  /**
   * Runs work as one atomic act that no other process writes in between, soon, and with other such work in one commit.
   * @returns what it gives, once that is durable
   */
  async write<Result>(work: () => Result): Promise<Result> {
    try {
      return await this.writes.add(work)
    } catch (error) {
      throw toStateError(error, this.file)
    }
  }

  /** Runs several reads on one and the same state, while others go on writing. */
  snapshot<Result>(work: () => Result): Result {
    return this.run('begin', work)
  }

  close(): void {
    if (!this.connection.isOpen) return
    this.writes.commit()
    this.guard(() => this.connection.close())
  }

  private run<Result>(begin: string, work: () => Result): Result {
    return this.guard(() => {
      this.connection.exec(begin)
      try {
        const result = work()
        this.connection.exec('commit')
        return result
      } catch (error) {
        // Some errors (a full disk) end the transaction by themselves.
        if (this.connection.isTransaction) this.connection.exec('rollback')
        throw error
      }
    })
  }

  private prepareFile(options: StateDatabaseOptions): void {
    this.connection.exec('pragma journal_mode = wal')
    this.connection.exec(`pragma synchronous = ${options.durability}`)
    this.connection.exec(`pragma wal_autocheckpoint = ${checkpointPages}`)
    this.connection.exec('pragma foreign_keys = on')
    if (options.maxPages !== undefined) this.connection.exec(`pragma max_page_count = ${options.maxPages}`)
    if (this.version() === migrations.length) return
    // Taking the write lock at the beginning keeps two processes from both deciding to migrate.
    this.run('begin immediate', () => {
      // Another process may have migrated while this one waited for the lock.
      const version = this.version()
      if (version > migrations.length) {
        throw new PipewrightError('STATE_UNWRITABLE', `The state in ${this.file} was made by a newer version of Pipewright.`, {
          hint: 'Update Pipewright, or name another state folder.',
        })
      }
      for (const migration of migrations.slice(version)) this.connection.exec(migration)
      this.connection.exec(`pragma user_version = ${migrations.length}`)
    })
  }

  private version(): number {
    return Number(this.connection.prepare('pragma user_version').get()?.['user_version'])
  }
}
