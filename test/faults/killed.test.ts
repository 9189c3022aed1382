import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { DeathPlan } from './fixtures/deaths.js'
import type { KillTask } from './fixtures/kill-runner.js'
import { expectWholeAfter, readRemains, runUndisturbed, type Remains, type Undisturbed } from './fixtures/killed-run.js'

/** One point is one run that was killed before it was over. A process has a run of each pipeline, and dies with all of them. */
const points = process.env['PIPEWRIGHT_FULL'] === '1' ? 200 : 8
const pipelines = ['fan-out', 'nested', 'sending', 'remembered'] as const
const seed = 'killed'

test(
  `runs that are killed at ${points} random points come to what they would have come to, and do nothing twice`,
  { timeout: points * 10_000 },
  async () => {
    const undisturbed = new Map<string, Undisturbed>()
    const started = performance.now()
    for (const pipeline of pipelines) undisturbed.set(pipeline, await runUndisturbed(await createProject(pipeline)))
    const longest = performance.now() - started
    let reached = 0
    for (let round = 0; reached < points; round++) {
      const random = randomOf(`${seed}/${round}`)
      const projects = await Promise.all(pipelines.map(createProject))
      const deaths = pipelines.map((): Remains[] => [])
      // Some are killed once more after they were taken up.
      for (const turn of random() < 0.3 ? ['start', 'resume'] : ['start']) {
        const doomed = Math.floor(random() * pipelines.length)
        const { death, afterMs } = chooseDeath(random, undisturbed.get(pipelines[doomed] ?? ''), longest)
        const tasks = projects.flatMap((project, index): KillTask[] => {
          const last = deaths[index]?.at(-1)
          if (turn === 'resume' && (!last || !isBegun(last))) return []
          return [{ project, runId: last?.runId ?? null, death: index === doomed ? death : {} }]
        })
        await runUntilDeath(tasks, afterMs)
        for (const [index, project] of projects.entries()) {
          const remains = await readRemains(project)
          if (remains && !remains.isOver) reached++
          if (remains) deaths[index]?.push(remains)
        }
      }
      for (const [index, pipeline] of pipelines.entries()) {
        const left = deaths[index] ?? []
        const last = left.at(-1)
        const expected = undisturbed.get(pipeline)
        if (expected && last && isBegun(last))
          await expectWholeAfter(left, projects[index] ?? '', expected).catch((error: unknown) => {
            throw new Error(`${pipeline} in round ${round}: ${String(error)}`, { cause: error })
          })
      }
    }
    expect(reached).toBeGreaterThanOrEqual(points)
  },
)

/** A run that was named and died before its first record has done nothing, and cannot be taken up. */
function isBegun({ records, log }: Remains): boolean {
  if (records.length === 0) expect(log).toEqual([])
  return records.length > 0
}

function chooseDeath(random: () => number, of: Undisturbed | undefined, longest: number): { death: DeathPlan; afterMs: number | null } {
  const upTo = (most: number): number => 1 + Math.floor(random() * most)
  const kind = random()
  if (kind < 0.3) return { death: {}, afterMs: random() * longest }
  if (kind < 0.5) return { death: { atLine: upTo(of?.lines ?? 1) }, afterMs: null }
  return { death: { atWrite: { count: upTo(of?.writes ?? 1), side: random() < 0.5 ? 'before' : 'after' } }, afterMs: null }
}

async function runUntilDeath(tasks: readonly KillTask[], afterMs: number | null): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', 'kill-runner.ts'), JSON.stringify(tasks)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('close', (code, signal) => resolve([code, signal])),
  )
  child.stdout.once('data', () => {
    if (afterMs !== null) void sleep(afterMs).then(() => child.kill('SIGKILL'))
  })
  const [code, signal] = await ended
  // It may have come through before its time was over, or have had less to do than there was the first time.
  expect(signal ?? code).toBeOneOf(['SIGKILL', 0])
}

async function createProject(pipeline: string): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'pipewright-killed-'))
  onTestFinished(() => rm(project, { recursive: true, force: true }))
  await cp(join(import.meta.dirname, 'fixtures', 'killed', pipeline), project, { recursive: true })
  return project
}

/** The same numbers for the same seed, so that what fails can be run again. */
function randomOf(from: string): () => number {
  let count = 0
  return () => createHash('sha256').update(`${from}/${count++}`).digest().readUInt32BE() / 2 ** 32
}
