import { describe, expect, test } from 'vitest'
import type { RunSummary } from '../points/store.js'
import type { JournalRecord } from '../run/journal-record.js'
import type { StoreFixture } from './store.js'

/** What every journal has to do. */
export function testJournal(fixture: () => Promise<StoreFixture>): void {
  describe('journal', () => {
    test('gives the records of a run back as they were, in order, to whoever opens the place later', async () => {
      const { open } = await fixture()
      const { journal, close } = await open()
      await journal.create(run('run-1'))
      await journal.append('run-1', [started, output({ text: 'Größe 🙂\u0000"\n', list: [1, null, { deep: [[]] }], none: null })])
      await journal.append('run-1', [resumed(3)])
      await close()

      const later = (await open()).journal
      await later.append('run-1', [resumed(4)])
      expect(await later.read('run-1')).toEqual([
        started,
        output({ text: 'Größe 🙂\u0000"\n', list: [1, null, { deep: [[]] }], none: null }),
        resumed(3),
        resumed(4),
      ])
    })

    test('keeps the records of each run apart', async () => {
      const { journal } = await (await fixture()).open()
      await journal.create(run('run-1'))
      await journal.create(run('run-2'))
      await journal.append('run-1', [resumed(1)])
      await journal.append('run-2', [resumed(2)])
      await journal.append('run-1', [resumed(3)])
      expect(await journal.read('run-1')).toEqual([resumed(1), resumed(3)])
      expect(await journal.read('run-2')).toEqual([resumed(2)])
    })

    test('appends all of a batch or nothing of it', async () => {
      const { journal } = await (await fixture()).open()
      await journal.create(run('run-1'))
      await expect(journal.append('run-1', [resumed(1), output({ unstorable: 1n })])).rejects.toThrow()
      expect(await journal.read('run-1')).toEqual([])
    })

    test('appends on the condition that nothing has come in between, and only then', async () => {
      const { open } = await fixture()
      const [mine, theirs] = [(await open()).journal, (await open()).journal]
      await mine.create(run('run-1'))
      await mine.append('run-1', [resumed(1), resumed(2)])
      expect(await mine.appendAfter('run-1', 2, [resumed(3), resumed(4)])).toBe(true)
      expect(await theirs.appendAfter('run-1', 2, [resumed(5)])).toBe(false)
      expect(await theirs.appendAfter('run-1', 9, [resumed(5)])).toBe(false)
      const tries = [mine, theirs, mine].map((journal, index) => journal.appendAfter('run-1', 4, [resumed(6 + index)]))
      expect((await Promise.all(tries)).filter((appended) => appended)).toHaveLength(1)
      expect((await mine.read('run-1')).slice(0, 4)).toEqual([resumed(1), resumed(2), resumed(3), resumed(4)])
      expect(await mine.read('run-1', 3)).toEqual((await mine.read('run-1')).slice(3))
      expect(await mine.read('run-1', 5)).toEqual([])
    })

    test('says that a run is unknown', async () => {
      const { journal } = await (await fixture()).open()
      expect(await journal.get('run-9')).toBeNull()
      const unknown = { code: 'RUN_NOT_FOUND' }
      await expect(journal.read('run-9')).rejects.toMatchObject(unknown)
      await expect(journal.append('run-9', [resumed(1)])).rejects.toMatchObject(unknown)
      await expect(journal.appendAfter('run-9', 0, [resumed(1)])).rejects.toMatchObject(unknown)
      await expect(journal.setStatus('run-9', 'failed', null)).rejects.toMatchObject(unknown)
      await expect(journal.claim('run-9', 'me', 1000)).rejects.toMatchObject(unknown)
      await expect(journal.holder('run-9')).rejects.toMatchObject(unknown)
    })

    test('refuses a second run of the same id', async () => {
      const { journal } = await (await fixture()).open()
      await journal.create(run('run-1'))
      await expect(journal.create(run('run-1'))).rejects.toThrow()
    })

    test('lists runs newest first, as they stand', async () => {
      const { journal } = await (await fixture()).open()
      const first = run('run-b', '2026-01-01T10:00:00.000Z')
      const second = run('run-c', '2026-01-01T10:00:01.000Z')
      const third = run('run-a', '2026-01-01T10:00:02.000Z')
      for (const summary of [first, second, third]) await journal.create(summary)
      await journal.setStatus('run-c', 'succeeded', '2026-01-01T10:01:00.000Z')
      const finished = { ...second, status: 'succeeded', finishedAt: '2026-01-01T10:01:00.000Z' }
      expect(await journal.list(10)).toEqual([third, finished, first])
      expect(await journal.list(2)).toEqual([third, finished])
      expect(await journal.get('run-c')).toEqual(finished)
    })

    test('looks back at what the steps of a pipeline’s last runs needed, newest first', async () => {
      const { open } = await fixture()
      const { journal } = await open()
      const finished = (step: string, more: object = {}): JournalRecord => ({
        type: 'step-finished',
        step,
        status: 'succeeded',
        output: 'short',
        attempts: 1,
        durationMs: 5,
        usage: { calls: 1, inputTokens: 2, outputTokens: 3, usd: 0.5 },
        origin: 'real',
        at: 1,
        ...more,
      })
      const past = { step: 'a', durationMs: 5, tokens: 5, usd: 0.5, origin: 'real', models: [] }
      for (const [index, id] of ['run-1', 'run-2', 'run-3'].entries()) {
        await journal.create(run(id, `2026-01-01T10:00:0${index}.000Z`, id === 'run-2' ? 'other' : 'ours'))
        await journal.append(id, [{ ...started, document: `text of ${id}` } as JournalRecord, finished('a')])
      }
      const called = {
        type: 'model-called',
        step: 'b',
        usage: { inputTokens: 1, outputTokens: 1 },
        usd: 0,
        origin: 'real',
        ok: true,
        at: 1,
      } as const
      await journal.append('run-1', [
        { ...called, model: 'p/m' },
        { ...called, model: 'p/n', ok: false },
        finished('b'),
        finished('c', { cached: true }),
        finished('d', { status: 'skipped' }),
        finished('e', { output: 'x'.repeat(100_000) }),
      ])
      const [newest, oldest, ...more] = await (await open()).journal.pastRuns('ours')
      expect(more).toEqual([])
      expect(newest).toEqual({ document: 'text of run-3', steps: [past] })
      expect(oldest?.document).toBe('text of run-1')
      expect(
        oldest?.steps.filter(({ step }) => step !== 'e'),
        'a record that is long may be left out',
      ).toEqual([past, { ...past, step: 'b', models: ['p/m'] }])
      expect(await journal.pastRuns('nobody')).toEqual([])
    })

    test('lets one process at a time hold a run, until it lets go or its lease runs out', async () => {
      const { open, clock } = await fixture()
      const [mine, theirs] = [(await open()).journal, (await open()).journal]
      await mine.create(run('run-1'))
      expect(await mine.claim('run-1', 'me', 1000)).toBe(true)
      expect(await theirs.claim('run-1', 'they', 1000)).toBe(false)
      clock.advance(900)
      expect(await mine.claim('run-1', 'me', 1000)).toBe(true)
      clock.advance(900)
      expect(await theirs.claim('run-1', 'they', 1000)).toBe(false)
      clock.advance(100)
      expect(await theirs.claim('run-1', 'they', 1000)).toBe(true)

      await mine.release('run-1', 'me')
      expect(await mine.claim('run-1', 'me', 1000), 'only its holder lets a run go').toBe(false)
      await theirs.release('run-1', 'they')
      expect(await mine.claim('run-1', 'me', 1000)).toBe(true)
    })

    test('says who holds a run, and until when', async () => {
      const { open, clock } = await fixture()
      const [mine, theirs] = [(await open()).journal, (await open()).journal]
      await mine.create(run('run-1'))
      expect(await mine.holder('run-1')).toBeNull()
      await mine.claim('run-1', 'me', 1000)
      expect(await theirs.holder('run-1')).toEqual({ owner: 'me', expiresAt: clock.now() + 1000 })
      clock.advance(1000)
      expect(await theirs.holder('run-1')).toBeNull()
      await theirs.claim('run-1', 'they', 1000)
      await theirs.release('run-1', 'they')
      expect(await mine.holder('run-1')).toBeNull()
    })

    test('lets a run be taken from the one who was seen to hold it, and from nobody else', async () => {
      const { open } = await fixture()
      const [mine, theirs] = [(await open()).journal, (await open()).journal]
      await mine.create(run('run-1'))
      await mine.claim('run-1', 'gone', 1000)
      expect(await mine.claim('run-1', 'me', 1000, { from: 'another' })).toBe(false)
      expect(await mine.claim('run-1', 'me', 1000, { from: 'gone' })).toBe(true)
      expect(await theirs.claim('run-1', 'they', 1000, { from: 'gone' }), 'it has changed hands since').toBe(false)
      expect(await theirs.holder('run-1')).toMatchObject({ owner: 'me' })
    })
  })
}

function run(id: string, startedAt = '2026-01-01T00:00:00.000Z', pipeline = 'example'): RunSummary {
  return { id, pipeline, status: 'running', startedAt, finishedAt: null }
}

const started: JournalRecord = {
  type: 'run-started',
  at: 1,
  document: 'pipeline: example',
  file: '/example.yaml',
  inputs: {},
  settings: {},
}

function resumed(at: number): JournalRecord {
  return { type: 'run-resumed', at, owner: 'me' }
}

function output(value: unknown): JournalRecord {
  return {
    type: 'step-finished',
    at: 2,
    step: 'a',
    status: 'succeeded',
    output: value,
    attempts: 1,
    durationMs: 5,
    usage: { calls: 0, inputTokens: 0, outputTokens: 0, usd: 0 },
    origin: null,
  }
}
