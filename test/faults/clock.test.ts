import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, type Clock, type RunEvent } from '@pipewright/kernel'
import { expect, onTestFinished, test } from 'vitest'
import { openCountingEngine, startRun } from './fixtures/counting-engine.js'

const hour = 3_600_000

/** The machine's clock, which somebody sets to another time while timers go on. */
function settableClock(): { readonly clock: Clock; set(byMs: number): void } {
  let offset = 0
  return { clock: { ...systemClock, now: () => systemClock.now() + offset }, set: (byMs) => void (offset += byMs) }
}

async function projectOf(document: string): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'pipewright-clock-'))
  onTestFinished(() => rm(project, { recursive: true, force: true }))
  await writeFile(join(project, 'pipeline.yaml'), document)
  return project
}

const document = `pipeline: clock
budget: { time: 2m, tokens: 10000 }
steps:
  - { id: first, uses: work, timeout: 1m, with: { give: 1, milliseconds: 5 } }
  - id: group
    timeout: 1m
    steps: [{ id: inner, uses: work, retry: { attempts: 2, backoff: 1ms }, with: { give: '{{ steps.first.output }}', failures: 1, milliseconds: 5 } }]
  - { id: asked, uses: prompt, needs: [group], model: counted/any, with: { prompt: 'Say it.' } }
  - { id: last, uses: work, needs: [asked], with: { give: '{{ steps.group.output.inner }}' } }
outputs: { last: '{{ steps.last.output }}' }
`

test.each([
  ['back', -5 * hour],
  ['forward', 5 * hour],
])('a clock that is set %s during a run ends nothing early, and no time that is told is negative', async (_where, byMs) => {
  const project = await projectOf(document)
  const { clock, set } = settableClock()
  const { engine, store, close } = await openCountingEngine(project, { clock })
  onTestFinished(close)
  const durations: number[] = []
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'step-started') set(byMs)
    if (event.type === 'step-finished') durations.push(event.durationMs)
  }
  const result = await startRun(engine, project, { onEvent })
  expect(result).toMatchObject({ status: 'succeeded', outputs: { last: 1 }, error: null })
  const all = [...durations, result.durationMs, ...result.steps.map(({ durationMs }) => durationMs)]
  expect(Math.min(...all)).toBeGreaterThanOrEqual(0)
  expect(all).toHaveLength(5 + 1 + 4)
  expect(await store.ledger.accounts([`run:${result.runId}`])).toMatchObject([{ reserved: { tokens: 0 }, spent: { tokens: 15 } }])
  expect(await engine.show(result.runId)).toMatchObject({ status: 'succeeded', outputs: { last: 1 } })
})

test('a run is not taken by another process because the clock was set forward, once its owner has renewed what it holds', async () => {
  const project = await projectOf('pipeline: held\nsteps: [{ id: a, uses: work, with: { give: 1 } }]\n')
  const { clock, set } = settableClock()
  const { store, close } = await openCountingEngine(project, { clock })
  onTestFinished(close)
  const { journal } = store
  await journal.create({ id: 'run', pipeline: 'held', status: 'running', startedAt: '', finishedAt: null })
  await journal.claim('run', 'one', 60_000)
  set(5 * hour)
  expect(await journal.claim('run', 'one', 60_000), 'its owner renews it').toBe(true)
  expect(await journal.claim('run', 'two', 60_000)).toBe(false)
  set(-10 * hour)
  expect(await journal.claim('run', 'one', 60_000)).toBe(true)
  expect(await journal.claim('run', 'two', 60_000)).toBe(false)
  expect((await journal.holder('run'))?.expiresAt, 'it is not kept for hours').toBeLessThanOrEqual(clock.now() + 60_000)
})
