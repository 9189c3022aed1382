import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { createManualClock } from '../conformance/manual-clock.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import { createLatch } from '../fixtures/latch.js'
import { createTestEngine, testServices } from '../fixtures/test-engine.js'
import { scriptedProvider } from '../fixtures/test-points.js'
import { defineGuardrail, type Verdict } from '../points/guardrail.js'
import type { Provider } from '../points/provider.js'
import { defineStep } from '../points/step.js'
import type { LedgerStore } from '../points/store.js'
import { createMemoryStore } from './memory-store.js'

const by = { by: 'tester', at: '2026-01-01T00:00:00Z' }
const ask = (id: string, more = ''): string => `  - { id: ${id}, uses: prompt, model: scripted/any, with: { prompt: Hello }${more} }`
const document = (steps: readonly string[], head = ''): string =>
  `pipeline: talks\n${head}\nsteps:\n${steps.join('\n')}\noutputs: { a: "{{ steps.a.output }}" }`

describe('calls side by side', () => {
  it('cannot overshoot the budget of their run together', async () => {
    const started = createLatch()
    let calls = 0
    const provider = scriptedProvider(() => '', {
      async *generate(request) {
        if (++calls === 3) started.open()
        await started.opened
        const usage = { inputTokens: 5, outputTokens: request.maxOutputTokens }
        yield { type: 'end', response: { text: 'x', toolCalls: [], usage, finishReason: 'length', model: 'any', origin: 'authored' } }
      },
    })
    const { run } = await createTestEngine({ providers: [provider] })
    // Room for three of eight, the last of them with a smaller answer.
    const result = await run(
      document(
        'abcdefgh'.split('').map((id) => ask(id)),
        'budget: { tokens: 2600 }',
      ),
    )
    expect(result).toMatchObject({ status: 'stopped', error: { code: 'BUDGET_EXCEEDED' } })
    expect(calls).toBe(3)
    expect(result.usage.inputTokens + result.usage.outputTokens).toBeLessThanOrEqual(2600)
  })
})

describe('a call that is given up', () => {
  it('is booked in full before its step has failed, even when the provider does not listen', async () => {
    const clock = createManualClock()
    const memory = createMemoryStore(clock.now)
    const commit: LedgerStore['commit'] = async (...settled) => {
      for (let turn = 0; turn < 10; turn++) await nextTurn()
      await memory.ledger.commit(...settled)
    }
    const store = { ...memory, ledger: { ...memory.ledger, commit } }
    const called = createLatch()
    const deaf = scriptedProvider(() => '', {
      async *generate() {
        called.open()
        yield* []
        await new Promise(() => {})
      },
    })
    const { run } = await createTestEngine({ providers: [deaf] }, { services: { ...testServices, clock }, store })
    const running = run(document([ask('a', ', timeout: 10s, retry: { attempts: 1 }')]))
    await called.opened
    clock.advance(10_000)
    const result = await running
    expect(result).toMatchObject({ status: 'failed', error: { code: 'STEP_TIMEOUT', step: 'a' }, usage: { calls: 1, outputTokens: 1024 } })
    const [account] = await store.ledger.accounts([`run:${result.runId}`])
    expect(account).toMatchObject({ reserved: { tokens: 0 }, spent: { tokens: result.usage.inputTokens + 1024 } })
  })

  it('cannot be followed by another of the same attempt', async () => {
    const clock = createManualClock()
    const [begun, late] = [createLatch(), createLatch()]
    let second: Promise<unknown> | undefined
    const stubborn = defineStep({
      contract: 'v1',
      id: 'stubborn',
      summary: 'Goes on after its time.',
      deterministic: true,
      safeToRepeat: true,
      usesModel: true,
      class: 'analysis',
      input: z.strictObject({}),
      output: z.string(),
      async run(_input, { models }) {
        begun.open()
        await late.opened
        second = models.generate({ messages: [] })
        await second
        return 'never'
      },
    })
    const provider = scriptedProvider(() => 'paid')
    const { run } = await createTestEngine({ providers: [provider], steps: [stubborn] }, { services: { ...testServices, clock } })
    const running = run(document(['  - { id: a, uses: stubborn, model: scripted/any, timeout: 1s, retry: { attempts: 1 } }']))
    await begun.opened
    clock.advance(1_000)
    expect(await running).toMatchObject({ status: 'failed', error: { code: 'STEP_TIMEOUT' } })
    late.open()
    await Promise.resolve()
    await expect(second).rejects.toMatchObject({ code: 'STEP_TIMEOUT' })
    expect(provider.requests).toHaveLength(0)
  })

  it.each([
    ['PROVIDER_OVERLOADED', 0],
    ['PROVIDER_AUTH', 0],
    ['PROVIDER_NETWORK', 0],
    ['PROVIDER_TIMEOUT', 1],
    ['PROVIDER_BAD_RESPONSE', 1],
  ] as const)('by its provider, with %s, counts as %i calls', async (code, calls) => {
    const failing = scriptedProvider(() => '', {
      async *generate() {
        yield* []
        throw new PipewrightError(code, 'no', { retryable: false })
      },
    })
    const { run } = await createTestEngine({ providers: [failing] })
    expect(await run(document([ask('a')]))).toMatchObject({ status: 'failed', error: { code }, usage: { calls } })
  })
})

describe('what a provider says', () => {
  it.each([-1, Number.NaN, 1.5, Number.POSITIVE_INFINITY])('of its usage is not booked when it cannot be: %d', async (outputTokens) => {
    const odd = scriptedProvider(() => '', {
      async *generate() {
        const usage = { inputTokens: 1, outputTokens }
        yield { type: 'end', response: { text: 'x', toolCalls: [], usage, finishReason: 'stop', model: 'any', origin: 'authored' } }
      },
    })
    const { run } = await createTestEngine({ providers: [odd] })
    expect(await run(document([ask('a')]))).toMatchObject({
      status: 'failed',
      error: { code: 'PROVIDER_BAD_RESPONSE' },
      usage: { calls: 1, outputTokens: 1024 },
    })
  })

  it('of its input is not taken when it cannot be', async () => {
    const provider: Provider = scriptedProvider(() => 'x', { countInput: () => Number.NaN })
    const { run } = await createTestEngine({ providers: [provider] })
    expect(await run(document([ask('a')], 'budget: { tokens: 100 }'))).toMatchObject({
      status: 'stopped',
      error: { code: 'BUDGET_EXCEEDED' },
    })
  })
})

describe('a guardrail that asks', () => {
  const guarded = document([ask('a')], 'guardrails: [watch]')
  const asking = (subject: 'prompt' | 'answer'): ReturnType<typeof defineGuardrail> =>
    defineGuardrail({
      contract: 'v1',
      id: 'watch',
      summary: 'For tests.',
      phase: 'runtime',
      options: z.strictObject({}),
      subjects: [subject],
      check: (): Verdict => ({ action: 'ask', findings: [{ rule: 'odd', message: 'looks odd' }] }),
    })

  it('lets a person see the prompt, and sends nothing when they say no', async () => {
    const provider = scriptedProvider(() => 'never')
    const { run, engine } = await createTestEngine({ providers: [provider], guardrails: [asking('prompt')] })
    const paused = await run(guarded)
    expect(paused).toMatchObject({ status: 'paused', questions: [{ step: 'a', subject: 'Hello' }] })
    await engine.answer(paused.runId, { approved: false, reason: 'too odd', ...by })
    expect(await engine.resume(paused.runId)).toMatchObject({
      status: 'stopped',
      error: { code: 'GUARDRAIL_BLOCKED', message: expect.stringContaining('too odd') },
    })
    expect(provider.requests).toHaveLength(0)
  })

  it('passes on the very answer that a person has seen, which is paid for once', async () => {
    const provider = scriptedProvider((_request, call) => `answer ${call}`)
    const { run, engine } = await createTestEngine({ providers: [provider], guardrails: [asking('answer')] })
    const paused = await run(guarded)
    expect(paused).toMatchObject({ status: 'paused', questions: [{ step: 'a', subject: 'answer 1' }], usage: { calls: 1 } })
    await engine.answer(paused.runId, { approved: true, ...by })
    expect(await engine.resume(paused.runId)).toMatchObject({ status: 'succeeded', outputs: { a: 'answer 1' }, usage: { calls: 1 } })
    expect(provider.requests).toHaveLength(1)
  })
})

describe('a guardrail from outside', () => {
  it.each<[string, 'prompt' | 'outputs', unknown]>([
    ['says nothing', 'prompt', undefined],
    ['says something else', 'prompt', { action: 'maybe' }],
    ['gives no findings', 'prompt', { action: 'block' }],
    ['mends without a text', 'prompt', { action: 'fix', findings: [] }],
    ['mends what cannot be mended', 'outputs', { action: 'fix', findings: [], text: 'x' }],
  ])('that %s blocks', async (_what, subject, verdict) => {
    const watch = defineGuardrail({
      contract: 'v1',
      id: 'watch',
      summary: 'For tests.',
      phase: 'runtime',
      options: z.strictObject({}),
      subjects: [subject],
      check: () => verdict as Verdict,
    })
    const { run } = await createTestEngine({ providers: [scriptedProvider(() => 'x')], guardrails: [watch] })
    expect(await run(document([ask('a')], 'guardrails: [watch]'))).toMatchObject({ status: 'stopped', error: { code: 'GUARDRAIL_FAILED' } })
  })
})
