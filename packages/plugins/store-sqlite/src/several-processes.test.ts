import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { systemClock } from '@pipewright/kernel'
import { temporaryFolder } from '@pipewright/kernel/conformance'
import { expect, test } from 'vitest'
import { createSqliteStore } from './sqlite-store.js'

const limit = 500
const operations = 400
const processes = 4
const rounds = Array.from({ length: process.env['PIPEWRIGHT_FULL'] === '1' ? 50 : 1 }, (_, round) => round)

interface WorkerReport {
  readonly spending: number
  readonly spent: number
  readonly refused: number
  readonly killed: boolean
}

test.each(rounds)(
  'round %i: four processes that reserve, spend, release and are killed never overshoot one limit, and lose nothing',
  async (round) => {
    const folder = await temporaryFolder()
    let running = processes
    const workers = Promise.all(
      Array.from({ length: processes }, (_, index) =>
        runWorker(folder, round * processes + index + 1, index === 0).finally(() => running--),
      ),
    )
    const store = await createSqliteStore({ clock: systemClock, durability: 'normal' }).open(folder)
    const seen: number[] = []
    while (running > 0) {
      const [day] = await store.ledger.accounts(['day'])
      seen.push((day?.reserved.tokens ?? 0) + (day?.spent.tokens ?? 0))
      await systemClock.sleep(5)
    }
    const reports = await workers
    const [day] = await store.ledger.accounts(['day'])
    await store.close()

    expect(Math.max(...seen)).toBeLessThanOrEqual(limit)
    expect(sum(reports.map((report) => report.refused)), 'the limit was put to the test').toBeGreaterThan(0)
    expect(reports.some((report) => report.killed)).toBe(true)
    const spent = day?.spent.tokens ?? 0
    // A process that was killed while it spent may or may not have come through.
    expect(spent).toBeGreaterThanOrEqual(sum(reports.map((report) => report.spent)))
    expect(spent).toBeLessThanOrEqual(sum(reports.map((report) => report.spending)))
    expect(day?.spent.usd).toBeCloseTo(spent / 1000, 9)
  },
)

/** @param kill whether to end the process from outside, in the middle of its work */
async function runWorker(folder: string, seed: number, kill: boolean): Promise<WorkerReport> {
  const script = fileURLToPath(new URL('fixtures/ledger-worker.ts', import.meta.url))
  const child = spawn(process.execPath, [script, folder, String(seed), String(operations), String(limit)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_code, signal) => resolve(signal)))
  const totals = { spending: 0, spent: 0, refused: 0 }
  let lines = 0
  for await (const line of createInterface(child.stdout)) {
    const [word, tokens] = line.split(' ')
    if (word === 'spending' || word === 'spent' || word === 'refused') totals[word] += Number(tokens)
    if (kill && ++lines === 41) child.kill('SIGKILL')
  }
  return { ...totals, killed: (await ended) === 'SIGKILL' }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
