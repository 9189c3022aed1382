import { describe, expect, it } from 'vitest'
import { createManualClock } from '../conformance/manual-clock.js'
import type { Answer, Question } from '../points/step.js'
import type { JournalStore } from '../points/store.js'
import { answerRun } from './answer-run.js'
import { createMemoryStore } from './memory-store.js'

const clock = createManualClock()
const yes: Answer = { approved: true, by: 'tester', at: '2026-01-01T00:00:00Z' }
const approval: Question = { kind: 'approval', message: 'Go?' }
const input = (schema?: Question['schema']): Question => ({ kind: 'input', message: 'How many?', ...(schema ? { schema } : {}) })

async function waiting(questions: Readonly<Record<string, Question>>): Promise<JournalStore> {
  const { journal } = createMemoryStore(clock.now)
  await journal.create({ id: 'run-1', pipeline: 'p', status: 'paused', startedAt: '', finishedAt: null })
  for (const [step, question] of Object.entries(questions)) await journal.append('run-1', [{ type: 'asked', at: 1, step, question }])
  return journal
}

async function answers(journal: JournalStore): Promise<unknown[]> {
  return (await journal.read('run-1')).flatMap((record) => (record.type === 'answered' ? [[record.step, record.answer]] : []))
}

describe('an answer', () => {
  it('is given once, however many give one at the same time', async () => {
    const journal = await waiting({ a: approval })
    const given = Array.from({ length: 5 }, (_, index) => answerRun(journal, clock, 'run-1', { ...yes, by: `person ${index}` }))
    const results = await Promise.allSettled(given)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'RUN_NOT_WAITING' })
    expect(await answers(journal)).toHaveLength(1)
  })

  it('goes to each of several questions', async () => {
    const journal = await waiting({ a: approval, b: approval, c: approval })
    await Promise.all([answerRun(journal, clock, 'run-1', yes, 'c'), answerRun(journal, clock, 'run-1', yes)])
    expect((await answers(journal)).map((answer) => (answer as [string])[0]).toSorted()).toEqual(['a', 'c'])
  })

  it('is recorded while the run goes on elsewhere', async () => {
    const journal = await waiting({ a: approval })
    let writes = 0
    const appendAfter: JournalStore['appendAfter'] = async (...given) => {
      if (writes++ < 3) await journal.append('run-1', [{ type: 'step-started', at: 1, step: 'b', attempt: 1 }])
      return journal.appendAfter(...given)
    }
    await answerRun({ ...journal, appendAfter }, clock, 'run-1', yes)
    expect(await answers(journal)).toEqual([['a', yes]])
  })

  it.each<[string, Question, Partial<Answer>, string]>([
    ['a yes where a value is asked for', input(), {}, '`pipewright answer run-1 --value VALUE`'],
    ['a value where a yes is asked for', approval, { value: 'yes' }, '`pipewright approve run-1`'],
    ['a number where a text is asked for', input(), { value: 5 }, 'without JSON'],
    ['a text where a number is asked for', input({ type: 'integer' }), { value: 'five' }, 'a value of that type'],
    ['another value than those allowed', input({ enum: ['low', 'high'] }), { value: 'hihg' }, 'high'],
    ['a value of a schema that is none', input({ type: 'nonsense' }), { value: 1 }, 'Correct the schema'],
    ['more than anyone can have meant', input(), { value: 'x'.repeat(9 * 1024 * 1024) }, 'path of a file'],
  ])('is refused when it is %s, and nothing is recorded', async (_name, question, given, hint) => {
    const journal = await waiting({ 'each[2]/ask': question })
    await expect(answerRun(journal, clock, 'run-1', { ...yes, ...given })).rejects.toMatchObject({
      code: 'ANSWER_INVALID',
      step: 'each[2]/ask',
      hint: expect.stringContaining(hint) as string,
    })
    expect(await answers(journal)).toEqual([])
    expect(await journal.read('run-1')).toHaveLength(1)
  })

  it.each<[Question, unknown]>([
    [input(), '5'],
    [input({ type: 'integer', minimum: 1 }), 5],
    [input({ type: 'object', properties: { size: { enum: ['s', 'm'] } }, required: ['size'] }), { size: 'm' }],
  ])('that fits is recorded: %j %j', async (question, value) => {
    const journal = await waiting({ a: question })
    await answerRun(journal, clock, 'run-1', { ...yes, value })
    expect(await answers(journal)).toEqual([['a', { ...yes, value }]])
  })
})
