import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { createMemoryStore, systemClock, type OpenStore } from '@pipewright/kernel'
import type { CreateContender } from '../../measure/contender.ts'
import { openPipewright } from '../open-pipewright.ts'
import { doRuns } from '../work.ts'

/**
 * Ours through the public `engine.start`: what steps are given and return is held against their schemas, journal and ledger
 * are on, and somebody listens to the events.
 */
export const create: CreateContender = async (work, folder) => {
  const { host, plan, inputs, engineOn } = await openPipewright(work, folder)
  const openStore = async (): Promise<OpenStore> => {
    if (!work.durable) return createMemoryStore(() => systemClock.now())
    const sqlite = await host.get('store', 'sqlite')
    if (!sqlite) throw new Error('there is no store "sqlite"')
    return sqlite.open(await mkdtemp(join(folder, 'state-')))
  }
  return {
    async prepare() {
      const store = await openStore()
      const engine = engineOn(store)
      let events = 0
      const onEvent = (): void => void (events += 1)
      return {
        run: () =>
          doRuns(work, async () => {
            const { status, outputs, error } = await engine.start(plan, { inputs, onEvent })
            if (status !== 'succeeded') throw new Error(`the run ${status}: ${error?.message ?? ''}`)
            return outputs['result']
          }),
        async end() {
          await store.close()
          if (events < work.times * work.runs * work.steps) throw new Error(`only ${events} events were seen`)
        },
      }
    },
  }
}
