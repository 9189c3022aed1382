import { readFile, statfs } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { durability } from './durability.ts'
import { works } from './work.ts'

/** Linux's number for a file system that is kept in memory. */
const tmpfs = 0x01_02_19_94

/** What the engine's figures depend on. @param folder where the durable ones were taken */
export async function describeMachine(folder: string): Promise<string[]> {
  const { type } = await statfs(folder)
  const { chain, concurrent } = works
  const { 'durable chain': durableChain, 'durable concurrent': durableConcurrent, 'fan-out': fanOut } = works
  return [
    `machine: ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${process.platform} ${process.arch}, Node ${process.versions.node}`,
    `work: chain of ${chain.steps} steps; fan-out of ${fanOut.steps} items, ${fanOut.concurrency} at once; concurrent ${concurrent.runs} runs × ${concurrent.steps} steps`,
    `durable: chain of ${durableChain.steps} steps; concurrent ${durableConcurrent.runs} runs × ${durableConcurrent.steps} steps`,
    `our journal's durability mode: ${durability} (SQLite, synchronous=${durability}); PostgreSQL for DBOS: fsync on; Restate: its defaults`,
    `in ${folder}${type === tmpfs ? ', WHICH IS KEPT IN MEMORY: set TMPDIR to a disk, or the durable figures mean nothing' : ''}`,
    `peers: ${await peerVersions()}`,
  ]
}

async function peerVersions(): Promise<string> {
  const { dependencies, optionalDependencies } = JSON.parse(
    await readFile(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
  ) as {
    dependencies: Record<string, string>
    optionalDependencies: Record<string, string>
  }
  return Object.entries({ ...dependencies, ...optionalDependencies })
    .filter(
      ([name]) => name !== 'zod' && !name.startsWith('@restatedev/restate-sdk') && (!name.includes('server') || name.endsWith('linux-x64')),
    )
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}
