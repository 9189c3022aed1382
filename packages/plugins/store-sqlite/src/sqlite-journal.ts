import type { SQLOutputValue, StatementSync } from 'node:sqlite'
import {
  lookBack,
  pastRun,
  PipewrightError,
  type Clock,
  type JournalRecord,
  type JournalStore,
  type PastRun,
  type RunHolder,
  type RunStatus,
  type RunSummary,
} from '@pipewright/kernel'
import type { StateDatabase } from './state-database.js'

/** The longest record that is looked back at, in bytes. */
const longestRecord = 8192
const summaryColumns = 'id, pipeline, status, started_at as startedAt, finished_at as finishedAt'

/** The records of runs, numbered within their run and never changed. */
export class SqliteJournal implements JournalStore {
  private readonly database: StateDatabase
  private readonly clock: Clock
  private readonly statements: Readonly<
    Record<
      | ('create' | 'exists' | 'append' | 'last' | 'read' | 'setStatus' | 'list' | 'get')
      | ('lastRuns' | 'beginning' | 'claim' | 'holder' | 'release'),
      StatementSync
    >
  >

  constructor(database: StateDatabase, clock: Clock) {
    this.database = database
    this.clock = clock
    this.statements = {
      create: database.prepare('insert into runs (id, pipeline, status, started_at, finished_at) values (?, ?, ?, ?, ?)'),
      exists: database.prepare('select 1 from runs where id = ?'),
      last: database.prepare('select max(sequence) as sequence from journal_records where run_id = ?'),
      append: database.prepare(`
        insert into journal_records (run_id, sequence, record)
        select :run, coalesce(max(sequence), 0) + 1, :record from journal_records where run_id = :run`),
      read: database.prepare('select record from journal_records where run_id = ? and sequence > ? order by sequence'),
      setStatus: database.prepare('update runs set status = ?, finished_at = ? where id = ?'),
      list: database.prepare(`select ${summaryColumns} from runs order by started_at desc, rowid desc limit ?`),
      get: database.prepare(`select ${summaryColumns} from runs where id = ?`),
      lastRuns: database.prepare(`
        select id, (select json_extract(record, '$.document') from journal_records where run_id = runs.id and sequence = 1) as document
        from runs where pipeline = ? order by started_at desc, rowid desc limit ${lookBack.runs}`),
      // Records with long outputs are not worth reading.
      beginning: database.prepare(`
        select sequence, record from journal_records
        where run_id = ? and sequence between 2 and ${lookBack.records} and octet_length(record) <= ${longestRecord} order by sequence`),
      claim: database.prepare(`
        update runs set claim_owner = :owner, claim_expires_at = :expires
        where id = :id and (claim_owner is null or claim_owner in (:owner, :from) or claim_expires_at <= :now)`),
      holder: database.prepare(
        'select claim_owner as owner, claim_expires_at as expiresAt from runs where id = ? and claim_expires_at > ?',
      ),
      release: database.prepare('update runs set claim_owner = null, claim_expires_at = null where id = ? and claim_owner = ?'),
    }
  }

  async create(run: RunSummary): Promise<void> {
    await this.database.write(() => this.statements.create.run(run.id, run.pipeline, run.status, run.startedAt, run.finishedAt))
  }

  async append(runId: string, records: readonly JournalRecord[]): Promise<void> {
    const texts = records.map((record) => JSON.stringify(record))
    await this.database.write(() => this.appendAll(runId, texts))
  }

  async appendAfter(runId: string, after: number, records: readonly JournalRecord[]): Promise<boolean> {
    const texts = records.map((record) => JSON.stringify(record))
    return this.database.write(() => {
      this.mustExist(runId)
      if (this.last(runId) !== after) return false
      this.appendAll(runId, texts)
      return true
    })
  }

  async read(runId: string, after = 0): Promise<readonly JournalRecord[]> {
    return this.database.guard(() => {
      this.mustExist(runId)
      return this.statements.read.all(runId, after).map((row, index) => this.parse(runId, after + index + 1, String(row['record'])))
    })
  }

  async setStatus(runId: string, status: RunStatus, finishedAt: string | null): Promise<void> {
    const { changes } = await this.database.write(() => this.statements.setStatus.run(status, finishedAt, runId))
    if (changes === 0) throw runNotFound(runId)
  }

  async list(limit: number): Promise<readonly RunSummary[]> {
    return this.database.guard(() => this.statements.list.all(limit).map(toSummary))
  }

  async get(runId: string): Promise<RunSummary | null> {
    const row = this.database.guard(() => this.statements.get.get(runId))
    return row ? toSummary(row) : null
  }

  async pastRuns(pipeline: string): Promise<readonly PastRun[]> {
    return this.database.guard(() =>
      this.statements.lastRuns.all(pipeline).map(({ id, document }) => {
        const run = String(id)
        const records = this.statements.beginning.all(run).map((row) => this.parse(run, Number(row['sequence']), String(row['record'])))
        return pastRun(typeof document === 'string' ? document : '', records)
      }),
    )
  }

  async claim(runId: string, owner: string, leaseMs: number, { from = owner }: { readonly from?: string } = {}): Promise<boolean> {
    const now = this.clock.now()
    return this.database.write(() => {
      const { changes } = this.statements.claim.run({ id: runId, owner, from, now, expires: Math.ceil(now + leaseMs) })
      if (changes === 0) this.mustExist(runId)
      return changes === 1
    })
  }

  async holder(runId: string): Promise<RunHolder | null> {
    return this.database.guard(() => {
      const row = this.statements.holder.get(runId, this.clock.now())
      if (!row) this.mustExist(runId)
      return row ? { owner: String(row['owner']), expiresAt: Number(row['expiresAt']) } : null
    })
  }

  async release(runId: string, owner: string): Promise<void> {
    await this.database.write(() => this.statements.release.run(runId, owner))
  }

  /** The table itself refuses records of a run that is not there. */
  private appendAll(runId: string, texts: readonly string[]): void {
    try {
      for (const text of texts) this.statements.append.run({ run: runId, record: text })
    } catch (error) {
      this.mustExist(runId)
      throw error
    }
  }

  private mustExist(runId: string): void {
    if (!this.statements.exists.get(runId)) throw runNotFound(runId)
  }

  /** How many records a run has: they are numbered without a gap. */
  private last(runId: string): number {
    return Number(this.statements.last.get(runId)?.['sequence'] ?? 0)
  }

  private parse(runId: string, sequence: number, text: string): JournalRecord {
    try {
      // Only this class writes the table, from values of this type.
      return JSON.parse(text) as JournalRecord
    } catch (cause) {
      throw new PipewrightError('STATE_CORRUPT', `Record ${sequence} of run ${runId} cannot be read.`, {
        cause,
        place: { file: this.database.file },
      })
    }
  }
}

function toSummary({ id, pipeline, status, startedAt, finishedAt }: Record<string, SQLOutputValue>): RunSummary {
  return {
    id: String(id),
    pipeline: String(pipeline),
    // Only `create` and `setStatus` write the column.
    status: status as RunStatus,
    startedAt: String(startedAt),
    finishedAt: typeof finishedAt === 'string' ? finishedAt : null,
  }
}

function runNotFound(runId: string): PipewrightError {
  return new PipewrightError('RUN_NOT_FOUND', `There is no run "${runId}".`)
}
