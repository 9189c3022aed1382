import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PipewrightError } from '../errors/pipewright-error.js'
import type { JournalStore } from '../points/store.js'
import { noUsage } from '../points/usage.js'
import type { JournalRecord } from './journal-record.js'
import { createMemoryStore } from './memory-store.js'
import { RunJournal } from './run-journal.js'
import { RunState } from './run-state.js'

const runs = process.env['PIPEWRIGHT_FULL'] === '1' ? 5_000 : 200
const started = { type: 'step-started', step: 'a', attempt: 1 } as const
const finished = (step: string): Omit<Extract<JournalRecord, { type: 'step-finished' }>, 'at'> => ({
  type: 'step-finished',
  step,
  status: 'succeeded',
  output: step,
  attempts: 1,
  durationMs: 0,
  usage: noUsage,
  origin: null,
})

async function createJournal(
  store: Partial<JournalStore> = {},
): Promise<{ journal: RunJournal; read: () => Promise<readonly JournalRecord[]> }> {
  const { journal: memory } = createMemoryStore(() => 0)
  await memory.create({ id: 'r', pipeline: 'p', status: 'running', startedAt: '', finishedAt: null })
  return { journal: new RunJournal({ ...memory, ...store }, 'r', new RunState(), () => 0), read: () => memory.read('r') }
}

describe('the journal', () => {
  it('keeps the order in which things were said, and writes what is said at once together', async () => {
    const { journal: memory } = createMemoryStore(() => 0)
    const batches: number[] = []
    await memory.create({ id: 'r', pipeline: 'p', status: 'running', startedAt: '', finishedAt: null })
    const journal = new RunJournal(
      {
        ...memory,
        async append(id, records) {
          batches.push(records.length)
          await memory.append(id, records)
        },
      },
      'r',
      new RunState(),
      () => 0,
    )
    const ids = Array.from({ length: 20 }, (_, index) => `s${index}`)
    await Promise.all(ids.map((id) => journal.record(finished(id))))
    expect((await memory.read('r')).map((record) => ('step' in record ? record.step : ''))).toEqual(ids)
    expect(batches.length).toBeLessThan(4)
  })

  it('has no gap after a time in which it could not be written', async () => {
    const { journal: memory } = createMemoryStore(() => 0)
    await memory.create({ id: 'r', pipeline: 'p', status: 'running', startedAt: '', finishedAt: null })
    let isFull = true
    const append: JournalStore['append'] = async (id, records) => {
      if (isFull) throw new PipewrightError('STATE_UNWRITABLE', 'full')
      await memory.append(id, records)
    }
    const journal = new RunJournal({ ...memory, append }, 'r', new RunState(), () => 0)
    journal.note(started)
    await expect(journal.record(finished('a'))).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' })
    isFull = false
    await journal.record(finished('b'))
    expect((await memory.read('r')).map(({ type, ...record }) => [type, 'step' in record ? record.step : ''])).toEqual([
      ['step-started', 'a'],
      ['step-finished', 'a'],
      ['step-finished', 'b'],
    ])
  })

  it('says the same from its records as it said while they were written, wherever the process ended', async () => {
    const step = fc.constantFrom('a', 'b', 'b[0]', 'b/c')
    const question = fc.record({ kind: fc.constant('approval' as const), message: fc.constantFrom('one?', 'two?') })
    const record = fc.oneof(
      fc.record({ type: fc.constant('step-started' as const), step, attempt: fc.integer({ min: 1, max: 3 }) }),
      step.map(finished),
      fc.record({ type: fc.constant('asked' as const), step, question }),
      fc.record({
        type: fc.constant('answered' as const),
        step,
        answer: fc.record({ approved: fc.boolean(), by: fc.constant('x'), at: fc.constant('') }),
      }),
      fc.record({
        type: fc.constant('model-called' as const),
        step,
        model: fc.constant('m/m'),
        usage: fc.record({ inputTokens: fc.nat(100), outputTokens: fc.nat(100) }),
        usd: fc.nat(100),
        origin: fc.constant('real' as const),
        ok: fc.boolean(),
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 40 }), fc.nat(40), async (records, end) => {
        const { journal, read } = await createJournal()
        for (const one of records.slice(0, end)) await journal.record(one)
        const recovered = RunState.from(JSON.parse(JSON.stringify(await read())) as JournalRecord[])
        expect(recovered.completed).toEqual(journal.state.completed)
        expect(recovered.unfinished).toEqual(journal.state.unfinished)
        expect(recovered.questions).toEqual(journal.state.questions)
        expect(recovered.usageOf('')).toEqual(journal.state.usageOf(''))
        for (const id of recovered.completed.keys())
          expect(recovered.unfinished.has(id) && !records.slice(0, end).some((one) => one.type === 'step-started' && one.step === id)).toBe(
            false,
          )
        const calls = records.slice(0, end).filter((one) => one.type === 'model-called')
        expect(recovered.usageOf('').usage.calls).toBe(calls.length)
        expect(recovered.usageOf('b').usage.calls).toBe(calls.filter((one) => one.step.startsWith('b')).length)
      }),
      { numRuns: runs },
    )
  })
})

it('an answer counts for the question that it was given to', () => {
  const question = (message: string): { kind: 'approval'; message: string } => ({ kind: 'approval', message })
  const answer = { approved: true, by: 'x', at: '' }
  const state = RunState.from([
    { type: 'asked', at: 0, step: 'a', question: question('one?') },
    { type: 'answered', at: 1, step: 'a', answer },
  ])
  expect(state.answerTo('a', question('one?'))).toEqual(answer)
  expect(state.answerTo('a', question('two?'))).toBeUndefined()
  expect(state.answerTo('b', question('one?'))).toBeUndefined()
})
