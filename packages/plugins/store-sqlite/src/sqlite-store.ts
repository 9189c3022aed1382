import type { Clock, Store } from '@pipewright/kernel'
import { SqliteJournal } from './sqlite-journal.js'
import { SqliteLedger } from './sqlite-ledger.js'
import { SqliteMemo } from './sqlite-memo.js'
import { StateDatabase, type StateDatabaseOptions } from './state-database.js'

/** Keeps journals, the ledger and memos in one SQLite file, `state.db`, which any number of processes may have open. */
export function createSqliteStore(options: StateDatabaseOptions & { readonly clock: Clock }): Store {
  return {
    contract: 'v1',
    id: 'sqlite',
    async open(location) {
      const database = new StateDatabase(location, options)
      return {
        durability: options.durability,
        journal: new SqliteJournal(database, options.clock),
        ledger: new SqliteLedger(database, options.clock),
        memo: new SqliteMemo(database, options.clock),
        close: async () => database.close(),
      }
    },
  }
}
