import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Area, Result } from '../area.ts'
import { alternate } from '../measure/alternate.ts'
import { RunningContender } from '../measure/running-contender.ts'
import { comparisons, type Comparison } from './comparisons.ts'
import { describeMachine } from './describe-machine.ts'

const turns = { rounds: 5, mostRounds: 15, timeMs: 6000, warmUps: 20, warmUpMs: 2500 } as const

/** Runs: what the engine costs around the steps, in memory and on a disk. */
export const engineArea: Area = {
  name: 'engine',
  summary: 'what a run costs beside its steps, in memory and durable',
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'pipewright-bench-'))
    try {
      const results: Result[] = []
      for (const comparison of comparisons) {
        say(comparison.name)
        results.push(...(await compare(comparison, folder, (progress) => say(`  ${progress}`))))
      }
      return { header: await describeMachine(folder), results }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** Has ours and all its peers do the same work by turns. @throws when ours cannot do it */
async function compare(
  { name, unit, perStep, ours, peers }: Comparison,
  folder: string,
  say: (progress: string) => void,
): Promise<Result[]> {
  const entries = [{ name: 'ours', ...ours }, ...peers]
  const running = new Map<string, RunningContender>()
  const outcomes = new Map<string, number | Error>()
  try {
    for (const entry of entries) {
      const own = await mkdtemp(join(folder, 'contender-'))
      const module = join(import.meta.dirname, 'contenders', `${entry.contender}.ts`)
      await RunningContender.start(module, entry.work, own).then(
        (contender) => running.set(entry.name, contender),
        (error: unknown) => outcomes.set(entry.name, error instanceof Error ? error : new Error(String(error))),
      )
    }
    for (const [key, outcome] of await alternate(running, turns)) outcomes.set(key, outcome)
  } finally {
    for (const contender of running.values()) await contender.stop()
  }
  for (const [key, outcome] of outcomes)
    say(`${key}: ${outcome instanceof Error ? `not run: ${outcome.message}` : `${outcome.toFixed(1)} ms`}`)

  const figureOf = (entry: (typeof entries)[number]): number | Error => {
    const outcome = outcomes.get(entry.name) ?? new Error('it was not measured')
    return outcome instanceof Error || !perStep ? outcome : (outcome * 1000) / (entry.work.times * entry.work.runs * entry.work.steps)
  }
  const [own, ...others] = entries.map((entry) => figureOf(entry))
  if (own === undefined || own instanceof Error) throw own ?? new Error('Ours was not measured.')
  return peers.map(({ name: peerName, aim }, index) => {
    const peer = others[index]
    const shared = { name, ours: own, peerName, unit, better: 'lower', aim } as const
    if (typeof peer === 'number') return { ...shared, peer, ratio: own / peer }
    return { ...shared, peer: null, ratio: null, notRun: peer?.message ?? '' }
  })
}
