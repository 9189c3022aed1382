import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { CreateContender } from '../../measure/contender.ts'
import { increment } from '../../../fixtures/increment-plugin/increment.ts'
import { doRuns } from '../work.ts'
import { recordsOfSteps } from '../records-of-steps.ts'

/**
 * What bounds every journal: a file beside where ours lies, to which each step's records (the text that ours keeps of it) are
 * appended, followed by one fdatasync before the next step. What steps of several runs hand in within one turn of the event
 * loop is written together and synced once. It checks nothing, and keeps nothing but the text.
 */
export const create: CreateContender = async (work, folder) => {
  const records = await recordsOfSteps(work, folder)
  return {
    async prepare() {
      const file = openSync(join(await mkdtemp(join(folder, 'append-')), 'journal'), 'a')
      const append = groupCommit(file)
      return {
        run: () =>
          doRuns(work, async () => {
            let counter = { value: 0 }
            for (const record of records) {
              counter = await increment(counter)
              await append(record)
            }
            return counter
          }),
        end: async () => closeSync(file),
      }
    },
  }
}

/** Appends to a file; what is handed in before the next turn of the event loop shares one write and one sync. */
function groupCommit(file: number): (text: string) => Promise<void> {
  let texts: string[] = []
  let commit: Promise<void> | undefined
  return (text) => {
    texts.push(text)
    commit ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        const batch = texts.join('')
        texts = []
        commit = undefined
        try {
          writeSync(file, batch)
          fdatasyncSync(file)
          resolve()
        } catch (error) {
          reject(error)
        }
      })
    })
    return commit
  }
}
