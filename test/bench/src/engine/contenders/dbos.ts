import { DBOS } from '@dbos-inc/dbos-sdk'
import { findPostgresBinaries } from '../../../../../packages/registry/src/fixtures/postgres-binaries.ts'
import { startPostgres } from '../../../../../packages/registry/src/fixtures/postgres-server.ts'
import { increment } from '../../../fixtures/increment-plugin/increment.ts'
import type { CreateContender } from '../../measure/contender.ts'
import { doRuns } from '../work.ts'

/** DBOS on a PostgreSQL of its own with the durability that PostgreSQL has unless told otherwise: each commit waits for the disk. */
export const create: CreateContender = async (work) => {
  const binaries = await findPostgresBinaries()
  if ('missing' in binaries) throw new Error(`no PostgreSQL: ${binaries.missing}`)
  const server = await startPostgres(binaries, { durable: true })
  DBOS.setConfig({
    name: 'bench',
    systemDatabaseUrl: await server.createDatabase(),
    logLevel: 'error',
    applicationVersion: '1',
    executorID: 'bench',
  })
  const chain = DBOS.registerWorkflow(
    async () => {
      let counter = { value: 0 }
      for (let index = 0; index < work.steps; index++) {
        const given = counter
        counter = await DBOS.runStep(() => increment(given), { name: `step_${index}` })
      }
      return counter
    },
    { name: 'chain' },
  )
  await DBOS.launch()
  return {
    prepare: async () => ({ run: () => doRuns(work, () => chain()) }),
    async close() {
      await DBOS.shutdown()
      await server.stop()
    },
  }
}
