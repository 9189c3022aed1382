import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMixStep } from '../fixtures/mix-step.js'
import { interpret } from '../fixtures/reference-interpreter.js'
import { runArbitrary } from '../fixtures/run-arbitrary.js'
import { createTestEngine, type TestEngine } from '../fixtures/test-engine.js'
import type { OpenStore } from '../points/store.js'
import type { JournalRecord } from './journal-record.js'
import { createMemoryStore } from './memory-store.js'
import type { RunResult } from './run-result.js'

const isFull = process.env['PIPEWRIGHT_FULL'] === '1'
/** The sample is the same each time: whoever changes something else is not held up by a document that nobody has seen yet. */
const always = isFull ? {} : { seed: 20_261_125 }
const timeout = isFull ? 3_600_000 : 120_000

test('random documents come to what they mean', { timeout }, async () => {
  const { engine, store } = await createEngine(createMixStep({ wait }))
  await fc.assert(
    fc.asyncProperty(runArbitrary, async (document) => {
      const result = await engine.run(JSON.stringify(document))
      const expected = interpret(document)
      expect({ outputs: result.outputs, error: result.error?.code ?? null }).toEqual({ outputs: expected.outputs, error: expected.error })
      expect(endsOf(await store.journal.read(result.runId))).toEqual(expected.steps)
    }),
    { numRuns: isFull ? 10_000 : 100, ...always },
  )
})

test('random documents come to the same however often they are interrupted, and no completed step runs again', { timeout }, async () => {
  let ran: string[] = []
  let finishedBefore = new Set<string>()
  const { engine, store } = await createEngine(createMixStep({ wait, onRun: (path) => ran.push(path) }))
  await fc.assert(
    fc.asyncProperty(runArbitrary, fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }), async (document, interruptions) => {
      finishedBefore = new Set()
      const result = await runInterrupted(engine, JSON.stringify(document), interruptions, async (runId) => {
        expect(ran.filter((path) => finishedBefore.has(path))).toEqual([])
        finishedBefore = new Set(finishedIn(await store.journal.read(runId)))
        ran = []
      })
      const expected = interpret(document)
      expect({ outputs: result.outputs, error: result.error?.code ?? null }).toEqual({ outputs: expected.outputs, error: expected.error })
      const records = await store.journal.read(result.runId)
      expect(endsOf(records)).toEqual(expected.steps)
      expect(finishedIn(records)).toHaveLength(new Set(finishedIn(records)).size)
    }),
    { numRuns: isFull ? 5_000 : 50, ...always },
  )
})

/** Runs a document, interrupted after so many events each time that it is taken up, and at last to its end. */
async function runInterrupted(
  { engine, run }: TestEngine,
  text: string,
  interruptions: readonly number[],
  look: (runId: string) => Promise<void>,
): Promise<RunResult> {
  let result: RunResult | undefined
  for (const events of [...interruptions, Number.POSITIVE_INFINITY]) {
    const interrupt = new AbortController()
    let left = events
    const watch = { signal: interrupt.signal, onEvent: () => void (left-- <= 0 && interrupt.abort()) }
    result = result ? await engine.resume(result.runId, watch) : await run(text, watch)
    await look(result.runId)
    if (result.status !== 'interrupted') return result
  }
  throw new Error('A run was interrupted by nobody.')
}

/** Lets others go first, in an order of its own. */
async function wait(): Promise<void> {
  for (let turns = Math.floor(Math.random() * 4); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))
}

async function createEngine(step: unknown): Promise<{ engine: TestEngine; store: OpenStore }> {
  const store = createMemoryStore(Date.now)
  return { engine: await createTestEngine({ steps: [step] }, { store }), store }
}

/** How each step ended, by its path. */
function endsOf(records: readonly JournalRecord[]): Record<string, unknown> {
  const steps: Record<string, unknown> = {}
  for (const record of records) {
    if (record.type === 'step-finished') steps[record.step] = [record.status, record.output]
    if (record.type === 'step-failed') steps[record.step] = ['failed', record.error.code]
  }
  return steps
}

function finishedIn(records: readonly JournalRecord[]): string[] {
  return records.flatMap((record) => (record.type === 'step-finished' ? [record.step] : []))
}
