import type { DatabaseSync, StatementSync } from 'node:sqlite'

interface Write {
  readonly work: () => unknown
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * Commits together what is asked for in one turn of the event loop: however many runs go on at once, they wait for the disk
 * once. Each write is an atomic act of its own all the same: one that fails leaves the others be.
 */
export class SharedWrites {
  private readonly connection: DatabaseSync
  private readonly statements: Readonly<Record<'begin' | 'commit' | 'savepoint' | 'release' | 'rollbackTo', StatementSync>>
  private waiting: Write[] = []
  private turn: NodeJS.Immediate | undefined

  constructor(connection: DatabaseSync) {
    this.connection = connection
    this.statements = {
      // Taking the write lock at the beginning keeps two readers from both deciding to write.
      begin: connection.prepare('begin immediate'),
      commit: connection.prepare('commit'),
      savepoint: connection.prepare('savepoint one'),
      release: connection.prepare('release one'),
      rollbackTo: connection.prepare('rollback to one'),
    }
  }

  /** @returns what the work gives, once it is as durable as the database makes it */
  add<Result>(work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ work, resolve: resolve as Write['resolve'], reject })
      this.turn ??= setImmediate(() => this.commit())
    })
  }

  /** Commits what waits now, and not in its turn. */
  commit(): void {
    clearImmediate(this.turn)
    this.turn = undefined
    const writes = this.waiting
    this.waiting = []
    if (writes.length === 0) return
    let settle: readonly (() => void)[]
    try {
      this.statements.begin.run()
      settle = writes.length === 1 ? writes.map(alone) : writes.map((write) => this.beside(write))
      this.statements.commit.run()
    } catch (error) {
      // Some errors (a full disk) end the transaction by themselves.
      if (this.connection.isTransaction) this.connection.exec('rollback')
      for (const { reject } of writes) reject(error)
      return
    }
    for (const tell of settle) tell()
  }

  /** Runs a write so that its failure undoes nothing but itself. @throws when the transaction as a whole is lost */
  private beside({ work, resolve, reject }: Write): () => void {
    this.statements.savepoint.run()
    try {
      const result = work()
      this.statements.release.run()
      return () => resolve(result)
    } catch (error) {
      if (!this.connection.isTransaction) throw error
      this.statements.rollbackTo.run()
      this.statements.release.run()
      return () => reject(error)
    }
  }
}

function alone({ work, resolve }: Write): () => void {
  const result = work()
  return () => resolve(result)
}
