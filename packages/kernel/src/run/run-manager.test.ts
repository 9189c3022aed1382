import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { createManualClock } from '../conformance/manual-clock.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import { createLatch } from '../fixtures/latch.js'
import { createTestEngine, testServices, type TestEngine } from '../fixtures/test-engine.js'
import { scriptedProvider } from '../fixtures/test-points.js'
import { defineGuardrail } from '../points/guardrail.js'
import { defineStep, type StepContext } from '../points/step.js'
import { createMemoryStore } from './memory-store.js'

const by = { by: 'tester', at: '2026-01-01T00:00:00Z' }

/** A step whose work is a function of the test. */
const doing = (id: string, work: (context: StepContext) => unknown, safeToRepeat = true): ReturnType<typeof defineStep> =>
  defineStep({
    contract: 'v1',
    id,
    summary: 'For tests.',
    deterministic: true,
    safeToRepeat,
    usesModel: false,
    effect: true,
    class: 'analysis',
    input: z.strictObject({}),
    output: z.unknown(),
    run: async (_input, context) => (await work(context)) ?? null,
  })

const one = (uses: string, more = '', head = ''): string => `pipeline: one\n${head}\nsteps: [{ id: a, uses: ${uses}${more} }]`
const nesting = (file: string, more = '', head = ''): string =>
  one('pipeline', `, with: { file: ${file} }${more}`, head) + '\noutputs: { all: "{{ steps.a.output }}" }'

describe('steps that do not depend on each other', () => {
  it('run side by side: none could end if another had to wait for it', async () => {
    const all = createLatch()
    let waiting = 0
    const meet = doing('meet', () => {
      if (++waiting === 5) all.open()
      return all.opened
    })
    const { run } = await createTestEngine({ steps: [meet] })
    const steps = 'abcde'.split('').map((id) => `{ id: ${id}, uses: meet }`)
    expect(await run(`pipeline: meet\nsteps: [${steps.join(', ')}]`)).toMatchObject({ status: 'succeeded' })
  })

  it('are let finish when one has failed, and nothing new is begun', async () => {
    const failed = createLatch()
    const begun: string[] = []
    const fails = doing('fails', () => {
      failed.open()
      throw new PipewrightError('STEP_FAILED', 'no')
    })
    const slow = doing('slow', async () => {
      await failed.opened
      return 'kept'
    })
    const note = doing('note', ({ run: { step } }) => begun.push(step))
    const { run } = await createTestEngine({ steps: [fails, slow, note] })
    const result = await run('pipeline: p\nsteps: [{ id: a, uses: fails }, { id: b, uses: slow }, { id: c, uses: note, needs: [b] }]')
    expect(result.steps.map(({ status }) => status)).toEqual(['failed', 'succeeded', 'pending'])
    expect(begun).toEqual([])
  })
})

describe('a run', () => {
  it('goes on in one place only', async () => {
    const [begun, go] = [createLatch(), createLatch()]
    const slow = doing('slow', async () => {
      begun.open()
      await go.opened
    })
    let runs = 0
    const interrupt = new AbortController()
    const first = doing('first', async ({ signal, clock }) => {
      if (++runs > 1) return
      interrupt.abort()
      await clock.sleep(60_000, signal)
    })
    const { run, engine } = await createTestEngine({ steps: [slow, first] })
    const { runId } = await run('pipeline: p\nsteps: [{ id: a, uses: first }, { id: b, uses: slow, needs: [a] }]', {
      signal: interrupt.signal,
    })
    const resumed = engine.resume(runId)
    await begun.opened
    await expect(engine.resume(runId)).rejects.toMatchObject({ code: 'RUN_BUSY' })
    await expect(engine.cancel(runId)).rejects.toMatchObject({ code: 'RUN_BUSY' })
    go.open()
    expect(await resumed).toMatchObject({ status: 'succeeded' })
  })

  it('that another process has taken over stops, and leaves its end to that one', async () => {
    const clock = createManualClock()
    const store = createMemoryStore(clock.now)
    const begun = createLatch()
    const waits = doing('waits', async ({ clock: time, signal }) => {
      begun.open()
      await time.sleep(60 * 60_000, signal)
    })
    const { run } = await createTestEngine(
      { steps: [waits] },
      {
        services: { ...testServices, clock },
        store: { ...store, journal: { ...store.journal, claim: async () => !(clock.now() > start) } },
      },
    )
    const start = clock.now()
    const running = run(one('waits'))
    await begun.opened
    clock.advance(20_000)
    await expect(running).rejects.toMatchObject({ code: 'RUN_BUSY' })
    expect(await store.journal.list(1)).toMatchObject([{ status: 'running' }])
  })

  it('that was given up stays so', async () => {
    const { run, engine } = await createTestEngine()
    const paused = await run('pipeline: p\nsteps: [{ id: a, uses: approval, with: { message: Go? } }]')
    await engine.cancel(paused.runId)
    expect(await engine.resume(paused.runId)).toMatchObject({ status: 'failed', error: { code: 'RUN_CANCELLED' } })
    await expect(engine.answer(paused.runId, { approved: true, ...by })).rejects.toMatchObject({ code: 'RUN_NOT_WAITING' })
  })

  it('is not made to fail by who watches it', async () => {
    const { run } = await createTestEngine()
    const onEvent = (): never => {
      throw new Error('the terminal is gone')
    }
    expect(await run(one('value', ', with: { value: 1 }'), { onEvent })).toMatchObject({ status: 'succeeded' })
  })

  it('uses up the limit of the day on which it goes on', async () => {
    const clock = createManualClock(Date.UTC(2026, 0, 1, 23))
    const store = createMemoryStore(clock.now)
    const text =
      'pipeline: p\nsteps:\n  - { id: a, uses: approval, with: { message: Go? } }\n  - { id: b, uses: prompt, needs: [a], model: scripted/any, with: { prompt: Hi } }'
    const { run, engine } = await createTestEngine(
      { providers: [scriptedProvider(() => 'x')] },
      { services: { ...testServices, clock }, store, limits: { day: { tokens: 5000 } } },
    )
    const { runId } = await run(text)
    clock.advance(2 * 60 * 60_000)
    await engine.answer(runId, { approved: true, ...by })
    expect(await engine.resume(runId)).toMatchObject({ status: 'succeeded' })
    const [before, after] = await store.ledger.accounts(['day:2026-01-01', 'day:2026-01-02'])
    expect([before?.spent.tokens, after?.spent.tokens]).toEqual([0, 11])
  })

  it('may be given more time than a timer of Node can wait', async () => {
    const { run } = await createTestEngine()
    expect(await run(one('value', ', timeout: 9999h, with: { value: 1 }', 'budget: { time: 9999h }'))).toMatchObject({
      status: 'succeeded',
    })
  })
})

describe('a step that may not be repeated', () => {
  async function crashing(times: number): Promise<TestEngine & { begun: () => number; crash: () => Promise<string> }> {
    let begun = 0
    let interrupt = new AbortController()
    const send = doing(
      'send',
      async ({ signal, clock }) => {
        if (++begun > times) return 'sent'
        interrupt.abort()
        await clock.sleep(60_000, signal)
      },
      false,
    )
    const test = await createTestEngine({ steps: [send] })
    return {
      ...test,
      begun: () => begun,
      async crash() {
        interrupt = new AbortController()
        return (await test.run(one('send'), { signal: interrupt.signal })).runId
      },
    }
  }

  it('is asked about again after each time that nobody knows how it ended', async () => {
    const { engine, crash, begun } = await crashing(2)
    const runId = await crash()
    expect(await engine.resume(runId)).toMatchObject({ status: 'paused' })
    await engine.answer(runId, { approved: true, ...by })
    const again = new AbortController()
    const resumed = engine.resume(runId, { signal: again.signal })
    while (begun() < 2) await new Promise((resolve) => setImmediate(resolve))
    again.abort()
    expect(await resumed).toMatchObject({ status: 'interrupted' })
    // The leave of before was for one more time.
    expect(await engine.resume(runId)).toMatchObject({ status: 'paused' })
    expect(begun()).toBe(2)
  })

  it('is not run again when a person says no', async () => {
    const { engine, crash, begun } = await crashing(1)
    const runId = await crash()
    await engine.resume(runId)
    await engine.answer(runId, { approved: false, ...by })
    expect(await engine.resume(runId)).toMatchObject({ status: 'stopped', error: { code: 'APPROVAL_REJECTED' } })
    expect(begun()).toBe(1)
  })

  it('is not tried again because its pipeline says so of all steps, only when it says so itself', async () => {
    let calls = 0
    const flaky = doing(
      'flaky',
      () => {
        calls++
        throw new PipewrightError('PROVIDER_NETWORK', 'cut', { retryAfterMs: 1 })
      },
      false,
    )
    const { run } = await createTestEngine({ steps: [flaky] })
    await run(one('flaky', '', 'defaults: { retry: { attempts: 3 } }'))
    expect(calls).toBe(1)
    await run(one('flaky', ', retry: { attempts: 2 }'))
    expect(calls).toBe(3)
  })

  it('that asks a person is not taken for one that was cut off', async () => {
    let begun = 0
    const asks = doing(
      'asks',
      async ({ ask }) => {
        begun++
        return (await ask({ kind: 'approval', message: 'Send?' })).approved
      },
      false,
    )
    const { run, engine } = await createTestEngine({ steps: [asks] })
    const { runId } = await run(one('asks'))
    await engine.answer(runId, { approved: true, ...by })
    expect(await engine.resume(runId)).toMatchObject({ status: 'succeeded' })
    expect(begun).toBe(2)
  })

  it('that took too long is asked about before it is run again', async () => {
    const clock = createManualClock()
    const begun = createLatch()
    const slow = doing(
      'slow',
      async () => {
        begun.open()
        await new Promise(() => {})
      },
      false,
    )
    const { run, engine } = await createTestEngine({ steps: [slow] }, { services: { ...testServices, clock } })
    const running = run(one('slow', ', timeout: 1s'))
    await begun.opened
    clock.advance(1_000)
    const { runId, error } = await running
    expect(error?.code).toBe('STEP_TIMEOUT')
    expect(await engine.resume(runId)).toMatchObject({ status: 'paused', questions: [{ step: 'a' }] })
  })
})

describe('a nested pipeline', () => {
  const asks = (head: string): string =>
    `pipeline: inner\n${head}\nsteps: [{ id: ask, uses: prompt, model: scripted/any, with: { prompt: Hello } }]\noutputs: { a: "{{ steps.ask.output }}" }`

  it('keeps to its own budget as well as to that around it', async () => {
    const provider = scriptedProvider(() => 'x')
    const { run, put } = await createTestEngine({ providers: [provider] })
    await put('inner.yaml', asks('budget: { tokens: 100 }'))
    expect(await run(nesting('inner.yaml'))).toMatchObject({
      status: 'stopped',
      error: { code: 'BUDGET_EXCEEDED', step: 'a/ask', message: expect.stringMatching(/run:run-.*\/a/) },
    })
    await put('inner.yaml', asks('budget: { tokens: 500 }'))
    expect(await run(nesting('inner.yaml', '', 'budget: { tokens: 300 }'))).toMatchObject({ status: 'succeeded' })
    expect(provider.requests[0]?.maxOutputTokens).toBeLessThan(300)
  })

  it('is guarded by its own guardrails', async () => {
    const subjects: string[] = []
    const watch = defineGuardrail({
      contract: 'v1',
      id: 'watch',
      summary: 'For tests.',
      phase: 'runtime',
      options: z.strictObject({}),
      subjects: ['plan', 'inputs', 'prompt', 'answer', 'outputs'],
      check(subject) {
        subjects.push(subject.type)
        return { action: 'allow' }
      },
    })
    const { run, put } = await createTestEngine({ providers: [scriptedProvider(() => 'x')], guardrails: [watch] })
    await put('inner.yaml', asks('guardrails: [watch]'))
    expect(await run(nesting('inner.yaml'))).toMatchObject({ status: 'succeeded' })
    expect(subjects).toEqual(['plan', 'inputs', 'prompt', 'answer', 'outputs'])
  })

  it('ends with the step that it is nested in', async () => {
    const clock = createManualClock()
    const [begun, stopped] = [createLatch(), createLatch()]
    const waits = doing('waits', async ({ clock: time, signal }) => {
      begun.open()
      signal.addEventListener('abort', () => stopped.open())
      await time.sleep(60 * 60_000, signal)
    })
    const { run, put } = await createTestEngine({ steps: [waits] }, { services: { ...testServices, clock } })
    await put('inner.yaml', one('waits', ', timeout: 2h'))
    const running = run(nesting('inner.yaml', ', timeout: 5s, retry: { attempts: 1 }'))
    await begun.opened
    clock.advance(5_000)
    await stopped.opened
    expect(await running).toMatchObject({ status: 'failed', error: { code: 'STEP_TIMEOUT', step: 'a' } })
  })

  it('is not tried again as a whole after its steps have been', async () => {
    let calls = 0
    const busy = doing('busy', () => {
      calls++
      throw new PipewrightError('PROVIDER_OVERLOADED', 'busy', { retryAfterMs: 1 })
    })
    const { run, put } = await createTestEngine({ steps: [busy] })
    await put('inner.yaml', one('busy'))
    expect(await run(nesting('inner.yaml'))).toMatchObject({ status: 'failed', error: { step: 'a/a' } })
    expect(calls).toBe(3)
  })
})
