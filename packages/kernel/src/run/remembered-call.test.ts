import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestEngine, type TestEngine } from '../fixtures/test-engine.js'
import { scriptedProvider, testStepDefaults } from '../fixtures/test-points.js'
import { defineGuardrail } from '../points/guardrail.js'
import { defineStep, type StepContext } from '../points/step.js'

const prompting = (more: string, text = 'hello'): string =>
  `pipeline: p\nsteps: [{ id: a, uses: prompt, model: scripted/x, with: { prompt: ${text} }${more} }]\noutputs: { a: '{{ steps.a.output }}' }`

async function engineWith(work?: (context: StepContext) => Promise<unknown>): Promise<{ engine: TestEngine; calls: () => number }> {
  const provider = scriptedProvider((_request, call) => `answer ${call}`)
  let sent = 0
  const send = defineStep({
    ...testStepDefaults,
    id: 'send',
    effect: true,
    safeToRepeat: false,
    input: z.strictObject({ file: z.string().optional() }),
    output: z.unknown(),
    async run(_input, context) {
      sent++
      return (await work?.(context)) ?? sent
    },
  })
  const look = defineStep({
    ...testStepDefaults,
    id: 'look',
    input: z.strictObject({ file: z.string() }),
    output: z.unknown(),
    run: async ({ file }, context) => {
      sent++
      return Buffer.from((await context.files.read(file)).bytes).toString()
    },
  })
  const engine = await createTestEngine({ providers: [provider, { ...provider, id: 'other' }], steps: [send, look] })
  return { engine, calls: () => sent + provider.requests.length }
}

describe('cache', () => {
  it('takes what an earlier run was answered to the same question, and says so', async () => {
    const { engine, calls } = await engineWith()
    expect(await engine.run(prompting(', cache: true'))).toMatchObject({ outputs: { a: 'answer 1' } })
    const again = await engine.run(prompting(', cache: true'))
    expect(again).toMatchObject({
      outputs: { a: 'answer 1' },
      steps: [{ cached: true, origin: 'authored' }],
      usage: { calls: 0 },
      origin: 'authored',
    })
    expect(calls()).toBe(1)
  })

  it.each([
    ['another question', prompting(', cache: true', 'hi'), {}],
    ['another model', prompting(', cache: true').replace('scripted/x', 'scripted/y'), {}],
    ['another provider', prompting(', cache: true'), { settings: { provider: 'other' } }],
    ['one that is not to be cached', prompting(''), {}],
    ['a run without a cache', prompting(', cache: true'), { settings: { cache: false } }],
  ])('does not take it for %s', async (_what, text, options) => {
    const { engine, calls } = await engineWith()
    await engine.run(prompting(', cache: true'))
    await engine.run(text, options)
    expect(calls()).toBe(2)
  })

  it('notices that a file has changed that the step read', async () => {
    const { engine, calls } = await engineWith()
    const text = `pipeline: p\nsteps: [{ id: a, uses: look, cache: true, with: { file: a.txt } }]\noutputs: { a: '{{ steps.a.output }}' }`
    for (const [content, count] of [
      ['one', 1],
      ['one', 1],
      ['two', 2],
    ] as const) {
      await engine.put('a.txt', content)
      expect(await engine.run(text)).toMatchObject({ outputs: { a: content } })
      expect(calls()).toBe(count)
    }
  })

  it('does not take what was answered without the guardrails that are around', async () => {
    const provider = scriptedProvider((_request, call) => `answer ${call}`)
    const watch = defineGuardrail({
      contract: 'v1',
      id: 'watch',
      summary: 'For tests.',
      phase: 'runtime',
      subjects: ['answer'],
      options: z.strictObject({}),
      check: () => ({ action: 'allow' }),
    })
    const engine = await createTestEngine({ providers: [provider], guardrails: [watch] })
    await engine.put('inner.yaml', prompting(', cache: true'))
    const outer = (head: string): string => `pipeline: outer\n${head}\nsteps: [{ id: n, uses: pipeline, with: { file: inner.yaml } }]`
    await engine.run(outer(''))
    await engine.run(outer('guardrails: [watch]'))
    expect(provider.requests).toHaveLength(2)
    await engine.run(outer('guardrails: [watch]'))
    expect(provider.requests).toHaveLength(2)
  })

  it('never answers for what has effects', async () => {
    const { engine, calls } = await engineWith()
    const text = `pipeline: p\ndefaults: { cache: true }\nsteps: [{ id: a, uses: send }]`
    await engine.run(text)
    await engine.run(text)
    expect(calls()).toBe(2)
  })
})

describe('idempotency_key', () => {
  const sending = (key: string): string =>
    `pipeline: p\nsteps: [{ id: a, uses: send, idempotency_key: '${key}' }]\noutputs: { a: '{{ steps.a.output }}' }`

  it('has a step done once for each value, whichever run it is', async () => {
    const { engine, calls } = await engineWith()
    expect(await engine.run(sending('x'))).toMatchObject({ outputs: { a: 1 } })
    expect(await engine.run(sending('x'))).toMatchObject({ outputs: { a: 1 }, steps: [{ cached: true }] })
    expect(await engine.run(sending('y'))).toMatchObject({ outputs: { a: 2 } })
    expect(calls()).toBe(2)
  })

  it('lets a step be done that has failed before', async () => {
    let isDown = true
    const { engine } = await engineWith(async () => {
      if (isDown) throw new Error('down')
      return 'sent'
    })
    expect(await engine.run(sending('x'))).toMatchObject({ status: 'failed' })
    isDown = false
    expect(await engine.run(sending('x'))).toMatchObject({ outputs: { a: 'sent' } })
  })

  it('does not begin what another run has begun and nobody knows the end of', async () => {
    const interrupt = new AbortController()
    const { engine } = await engineWith(async ({ signal, clock }) => {
      interrupt.abort()
      await clock.sleep(60_000, signal)
    })
    const first = await engine.run(sending('x'), { signal: interrupt.signal })
    const second = await engine.run(sending('x'))
    expect(second).toMatchObject({ status: 'failed', error: { code: 'DONE_ELSEWHERE' } })
    expect(second.error?.hint).toContain(first.runId)
    await engine.engine.cancel(first.runId)
    await expect(engine.engine.show(first.runId)).resolves.toMatchObject({ status: 'failed' })
  })

  it('may be begun again once the run that was broken off in it is given up', async () => {
    let isSlow = true
    const { engine } = await engineWith(async ({ signal, clock }) => {
      if (isSlow) await clock.sleep(60_000, signal)
      return 'sent'
    })
    const first = await engine.run(sending('x').replace('uses: send', 'uses: send, timeout: 10ms'))
    expect(first).toMatchObject({ status: 'failed', error: { code: 'STEP_TIMEOUT' } })
    isSlow = false
    expect(await engine.run(sending('x'))).toMatchObject({ error: { code: 'DONE_ELSEWHERE' } })
    await engine.engine.cancel(first.runId)
    expect(await engine.run(sending('x'))).toMatchObject({ outputs: { a: 'sent' } })
  })
})
