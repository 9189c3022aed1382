import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { PipewrightError } from './errors/pipewright-error.js'
import { createTestEngine } from './fixtures/test-engine.js'
import { scriptedProvider, testStepDefaults } from './fixtures/test-points.js'
import { defineGuardrail } from './points/guardrail.js'
import { defineStep } from './points/step.js'
import type { RunEvent } from './run/run-result.js'

describe('running', () => {
  it('hands typed values from step to step and to the outputs', async () => {
    const { run } = await createTestEngine()
    const result = await run(`
pipeline: typed
inputs:
  names: { type: array, items: { type: string }, default: [Ada, Grace] }
steps:
  - id: wrap
    uses: value
    with: { value: { list: "{{ inputs.names }}", text: "first: {{ inputs.names[0] }}", count: "{{ inputs.names.size }}" } }
outputs:
  all: "{{ steps.wrap.output }}"
  text: "{{ steps.wrap.output.list | join: ' & ' }}"
`)
    expect(result).toMatchObject({
      status: 'succeeded',
      outputs: { all: { list: ['Ada', 'Grace'], text: 'first: Ada', count: 2 }, text: 'Ada & Grace' },
      error: null,
    })
  })

  it('runs steps that do not depend on each other side by side', async () => {
    let running = 0
    let most = 0
    const slow = defineStep({
      ...testStepDefaults,
      id: 'slow',
      input: z.strictObject({}),
      output: z.number(),
      async run(_input, context) {
        most = Math.max(most, ++running)
        await context.clock.sleep(20)
        return running--
      },
    })
    const { run } = await createTestEngine({ steps: [slow] })
    await run(
      'pipeline: side-by-side\nsteps: [{ id: a, uses: slow }, { id: b, uses: slow }, { id: c, uses: slow }]\noutputs: { a: "{{ steps.a.output }}", b: "{{ steps.b.output }}", c: "{{ steps.c.output }}" }',
    )
    expect(most).toBe(3)
  })

  it('keeps the order of for_each and its bound', async () => {
    let running = 0
    let most = 0
    const wait = defineStep({
      ...testStepDefaults,
      id: 'wait',
      input: z.strictObject({ ms: z.number() }),
      output: z.number(),
      async run({ ms }, context) {
        most = Math.max(most, ++running)
        await context.clock.sleep(ms)
        running--
        return ms
      },
    })
    const { run } = await createTestEngine({ steps: [wait] })
    const result = await run(
      'pipeline: each\nsteps: [{ id: w, uses: wait, for_each: [30, 1, 20, 2, 10], concurrency: 2, with: { ms: "{{ item }}" } }]\noutputs: { all: "{{ steps.w.output }}" }',
    )
    expect(result.outputs).toEqual({ all: [30, 1, 20, 2, 10] })
    expect(most).toBe(2)
  })

  it('skips a step whose condition is false; its output is null and never an empty text', async () => {
    const { run } = await createTestEngine()
    const document = (text: string): string => `
pipeline: skip
inputs: { on: { type: boolean, default: false } }
steps:
  - { id: maybe, uses: value, if: inputs.on, with: { value: 1 } }
  - { id: after, uses: value, with: { value: "${text}" } }
outputs: { maybe: "{{ steps.maybe.output }}", after: "{{ steps.after.output }}" }`
    expect(await run(document("{{ steps.maybe.output | default: 'none' }}"))).toMatchObject({
      status: 'succeeded',
      outputs: { maybe: null, after: 'none' },
    })
    expect(await run(document('got {{ steps.maybe.output }}'))).toMatchObject({
      status: 'failed',
      error: { code: 'MISSING_VALUE', step: 'after' },
    })
    expect(await run(document('got {{ steps.maybe.output }}'), { inputs: { on: true } })).toMatchObject({ outputs: { after: 'got 1' } })
  })

  it('tries again what may pass, and says so', async () => {
    let calls = 0
    const flaky = defineStep({
      ...testStepDefaults,
      id: 'flaky',
      input: z.strictObject({}),
      output: z.string(),
      async run() {
        if (++calls < 3) throw new PipewrightError('PROVIDER_OVERLOADED', 'busy', { retryAfterMs: 1 })
        return 'done'
      },
    })
    const { run } = await createTestEngine({ steps: [flaky] })
    const events: RunEvent[] = []
    const result = await run('pipeline: flaky\nsteps: [{ id: f, uses: flaky }]\noutputs: { f: "{{ steps.f.output }}" }', {
      onEvent: (event) => events.push(event),
    })
    expect(result).toMatchObject({ status: 'succeeded', steps: [{ id: 'f', attempts: 3 }] })
    expect(events.filter((event) => event.type === 'step-retrying')).toHaveLength(2)
  })

  it('gives up a step that takes too long, even one that does not listen', async () => {
    const deaf = defineStep({
      ...testStepDefaults,
      id: 'deaf',
      input: z.strictObject({}),
      output: z.string(),
      run: () => new Promise<string>(() => {}),
    })
    const { run } = await createTestEngine({ steps: [deaf] })
    const result = await run(
      'pipeline: deaf\nsteps: [{ id: d, uses: deaf, timeout: 20ms, retry: { attempts: 1 } }]\noutputs: { d: "{{ steps.d.output }}" }',
    )
    expect(result).toMatchObject({ status: 'failed', error: { code: 'STEP_TIMEOUT', step: 'd' } })
  })

  it('stops at the time limit of the budget', async () => {
    const deaf = defineStep({
      ...testStepDefaults,
      id: 'deaf',
      input: z.strictObject({}),
      output: z.string(),
      run: () => new Promise<string>(() => {}),
    })
    const { run } = await createTestEngine({ steps: [deaf] })
    const result = await run(
      'pipeline: late\nbudget: { time: 30ms }\nsteps: [{ id: d, uses: deaf }]\noutputs: { d: "{{ steps.d.output }}" }',
    )
    expect(result).toMatchObject({ status: 'stopped', error: { code: 'BUDGET_TIME' } })
  })

  it('is interrupted by its signal and goes on from there', async () => {
    const ran: string[] = []
    const interrupt = new AbortController()
    const note = defineStep({
      ...testStepDefaults,
      id: 'note',
      input: z.strictObject({ name: z.string() }),
      output: z.string(),
      async run({ name }, context) {
        ran.push(name)
        if (name === 'second' && ran.length === 2) {
          interrupt.abort()
          await context.clock.sleep(5_000, context.signal)
        }
        return name
      },
    })
    const { run, engine } = await createTestEngine({ steps: [note] })
    const text = `
pipeline: resumable
steps:
  - { id: a, uses: note, with: { name: first } }
  - { id: b, uses: note, needs: [a], with: { name: second } }
outputs: { a: "{{ steps.a.output }}", b: "{{ steps.b.output }}" }`
    const first = await run(text, { signal: interrupt.signal })
    expect(first).toMatchObject({ status: 'interrupted', error: { code: 'RUN_INTERRUPTED' } })
    const second = await engine.resume(first.runId)
    expect(second).toMatchObject({ status: 'succeeded', outputs: { a: 'first', b: 'second' } })
    expect(ran).toEqual(['first', 'second', 'second'])
  })

  it('does not begin again unasked what may not be repeated', async () => {
    let runs = 0
    const interrupt = new AbortController()
    const send = defineStep({
      ...testStepDefaults,
      id: 'send',
      safeToRepeat: false,
      input: z.strictObject({}),
      output: z.string(),
      async run(_input, context) {
        if (++runs === 1) {
          interrupt.abort()
          await context.clock.sleep(5_000, context.signal)
        }
        return 'sent'
      },
    })
    const { run, engine } = await createTestEngine({ steps: [send] })
    const first = await run('pipeline: once\nsteps: [{ id: s, uses: send }]\noutputs: { s: "{{ steps.s.output }}" }', {
      signal: interrupt.signal,
    })
    const asked = await engine.resume(first.runId)
    expect(asked).toMatchObject({ status: 'paused', questions: [{ step: 's' }] })
    expect(runs).toBe(1)
    await engine.answer(first.runId, { approved: true, by: 'tester', at: new Date().toISOString() })
    expect(await engine.resume(first.runId)).toMatchObject({ status: 'succeeded', outputs: { s: 'sent' } })
  })
})

describe('asking people', () => {
  const text = `
pipeline: asks
steps:
  - { id: ok, uses: approval, with: { message: Send? } }
  - { id: other, uses: value, with: { value: 1 } }
  - { id: sent, uses: value, if: steps.ok.output.approved, with: { value: yes } }
outputs: { sent: "{{ steps.sent.output }}", other: "{{ steps.other.output }}" }`

  it('pauses, lets go on what does not depend on the answer, and ends when it is there', async () => {
    const { run, engine } = await createTestEngine()
    const paused = await run(text)
    expect(paused).toMatchObject({ status: 'paused', questions: [{ step: 'ok', message: 'Send?' }] })
    expect(paused.steps.map(({ id, status }) => [id, status])).toEqual([
      ['ok', 'paused'],
      ['other', 'succeeded'],
      ['sent', 'pending'],
    ])
    await engine.answer(paused.runId, { approved: true, by: 'tester', at: new Date().toISOString() })
    expect(await engine.resume(paused.runId)).toMatchObject({ status: 'succeeded', outputs: { sent: 'yes', other: 1 } })
    await expect(engine.answer(paused.runId, { approved: false, by: 'tester', at: '' })).rejects.toMatchObject({ code: 'RUN_NOT_WAITING' })
  })

  it('asks from inside a nested pipeline too', async () => {
    const { run, engine, put } = await createTestEngine()
    await put('asks.yaml', text)
    const paused = await run(
      'pipeline: outer\nsteps: [{ id: inner, uses: pipeline, with: { file: asks.yaml } }]\noutputs: { all: "{{ steps.inner.output }}" }',
    )
    expect(paused).toMatchObject({ status: 'paused', questions: [{ step: 'inner/ok' }] })
    await engine.answer(paused.runId, { approved: true, by: 'tester', at: new Date().toISOString() })
    expect(await engine.resume(paused.runId)).toMatchObject({ status: 'succeeded', outputs: { all: { sent: 'yes', other: 1 } } })
  })
})

describe('nested pipelines', () => {
  const calling = (file: string): string =>
    `pipeline: calls\nsteps: [{ id: again, uses: pipeline, with: { file: ${file} } }]\noutputs: { all: "{{ steps.again.output }}" }`

  it('cannot run each other in a circle', async () => {
    const { run, put } = await createTestEngine()
    await put('ping.yaml', calling('pong.yaml'))
    await put('pong.yaml', calling('ping.yaml'))
    expect(await run(calling('ping.yaml'))).toMatchObject({
      status: 'failed',
      error: { code: 'STEP_CYCLE', message: 'These pipelines run each other: ping.yaml → pong.yaml → ping.yaml.' },
    })
  })

  it('run eight inside each other and no more', async () => {
    const { run, put } = await createTestEngine()
    await put('p8.yaml', 'pipeline: last\nsteps: [{ id: v, uses: value, with: { value: 1 } }]\noutputs: { all: "{{ steps.v.output }}" }')
    for (let number = 7; number > 0; number--) await put(`p${number}.yaml`, calling(`p${number + 1}.yaml`))
    expect(await run(calling('p2.yaml'))).toMatchObject({ status: 'succeeded' })
    expect(await run(calling('p1.yaml'))).toMatchObject({ status: 'failed', error: { code: 'NESTING_TOO_DEEP' } })
  })

  it('cannot be read from outside the project', async () => {
    const { run } = await createTestEngine()
    const result = await run(
      'pipeline: outside\nsteps: [{ id: out, uses: pipeline, with: { file: ../elsewhere.yaml } }]\noutputs: { all: "{{ steps.out.output }}" }',
    )
    expect(result).toMatchObject({ status: 'failed', error: { code: 'FILE_OUTSIDE_PROJECT' } })
  })
})

describe('budgets', () => {
  const text = (budget: string, cap = ''): string => `
pipeline: talks
budget: ${budget}
steps:
  - id: ask
    uses: prompt
    model: scripted/any
    with: { prompt: Hello${cap} }
outputs: { answer: "{{ steps.ask.output }}" }`

  it('caps the answer at what is left', async () => {
    const provider = scriptedProvider(() => 'short')
    const { run } = await createTestEngine({ providers: [provider] })
    expect(await run(text('{ tokens: 400 }'))).toMatchObject({ status: 'succeeded', usage: { calls: 1, inputTokens: 10, outputTokens: 5 } })
    const cap = provider.requests[0]?.maxOutputTokens ?? 0
    expect(cap).toBeLessThan(400)
    expect(cap).toBeGreaterThanOrEqual(64)
  })

  it('stops before a call that does not fit, and sends nothing', async () => {
    const provider = scriptedProvider(() => 'never')
    const { run } = await createTestEngine({ providers: [provider] })
    expect(await run(text('{ tokens: 100 }'))).toMatchObject({
      status: 'stopped',
      error: { code: 'BUDGET_EXCEEDED', step: 'ask' },
      usage: { calls: 0 },
    })
    expect(provider.requests).toHaveLength(0)
  })

  it('counts a call that was cut off with all that it may have cost, and not one that never began', async () => {
    let calls = 0
    const cut = scriptedProvider(() => '', {
      async *generate() {
        if (++calls === 1) throw new PipewrightError('PROVIDER_OVERLOADED', 'busy', { retryAfterMs: 1 })
        yield { type: 'text', text: 'half an ans' }
        throw new PipewrightError('PROVIDER_BAD_RESPONSE', 'cut', { retryable: false })
      },
    })
    const { run } = await createTestEngine({ providers: [cut] })
    const result = await run(text('{ tokens: 5000 }'))
    expect(result).toMatchObject({ status: 'failed', error: { code: 'PROVIDER_BAD_RESPONSE' }, usage: { calls: 1, outputTokens: 1024 } })
  })
})

describe('guardrails', () => {
  const document =
    'pipeline: guarded\nguardrails: [watch]\nsteps: [{ id: ask, uses: prompt, model: scripted/any, with: { prompt: tell me } }]\noutputs: { answer: "{{ steps.ask.output }}" }'
  const guardrail = { contract: 'v1', id: 'watch', summary: 'For tests.', phase: 'runtime', options: z.strictObject({}) } as const

  it('block a prompt before it is sent', async () => {
    const provider = scriptedProvider(() => 'never')
    const watch = defineGuardrail({
      ...guardrail,
      subjects: ['prompt'],
      check: () => ({ action: 'block', findings: [{ rule: 'tell', message: 'no telling' }] }),
    })
    const { run } = await createTestEngine({ providers: [provider], guardrails: [watch] })
    expect(await run(document)).toMatchObject({
      status: 'stopped',
      error: { code: 'GUARDRAIL_BLOCKED', message: expect.stringContaining('no telling') },
    })
    expect(provider.requests).toHaveLength(0)
  })

  it('mend an answer, and hold back its stream until then', async () => {
    const watch = defineGuardrail({
      ...guardrail,
      subjects: ['answer'],
      check: (subject) =>
        'text' in subject
          ? { action: 'fix', findings: [{ rule: 'name', message: 'a name' }], text: subject.text.replace('Ada', '[name]') }
          : { action: 'allow' },
    })
    const events: RunEvent[] = []
    const { run } = await createTestEngine({ providers: [scriptedProvider(() => 'Ada says hello')], guardrails: [watch] })
    expect(await run(document, { onEvent: (event) => events.push(event) })).toMatchObject({ outputs: { answer: '[name] says hello' } })
    expect(events.filter((event) => event.type === 'text')).toEqual([])
  })

  it('block when they fail', async () => {
    const watch = defineGuardrail({
      ...guardrail,
      subjects: ['inputs'],
      check: () => {
        throw new Error('confused')
      },
    })
    const { run } = await createTestEngine({ providers: [scriptedProvider(() => 'never')], guardrails: [watch] })
    expect(await run(document)).toMatchObject({
      status: 'stopped',
      error: { code: 'GUARDRAIL_FAILED', message: expect.stringContaining('confused') },
    })
  })
})
