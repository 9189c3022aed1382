import { expect, it } from 'vitest'
import { z } from 'zod'
import { PipewrightError } from '../errors/pipewright-error.js'
import { createTestEngine } from '../fixtures/test-engine.js'
import { testStepDefaults } from '../fixtures/test-points.js'
import { defineStep } from '../points/step.js'
import { createMemoryStore } from '../run/memory-store.js'
import type { RunEvent } from '../run/run-result.js'

const value = 'tok-5f3a9c11'
const given: unknown[] = []
const echo = defineStep({
  ...testStepDefaults,
  id: 'echo',
  input: z.strictObject({ header: z.string(), fail: z.boolean().default(false) }),
  output: z.unknown(),
  async run({ header, fail }, context) {
    given.push(header)
    context.progress(`sends ${header}`)
    if (fail) throw new PipewrightError('STEP_FAILED', `refused ${header}`, { hint: encodeURIComponent(header), details: { header } })
    return { echoed: header, encoded: Buffer.from(header).toString('base64') }
  },
})

it('a step is given the secret, and nothing that outlives it has it', async () => {
  const store = createMemoryStore(Date.now)
  const source = { names: ['TOKEN'], files: [], read: async () => value }
  const { run, engine } = await createTestEngine({ steps: [echo] }, { store, secrets: source })
  const events: RunEvent[] = []
  const text = (runs: boolean): string => `pipeline: p
steps:
  - { id: a, uses: echo, cache: true, with: { header: 'Bearer {{ secrets.TOKEN }}' } }
  - { id: n, uses: value, with: { value: '{{ steps.a.output.echoed }}' } }
  - { id: b, uses: echo, if: ${runs}, with: { header: 'x {{ secrets.TOKEN }}', fail: true } }
outputs: { a: '{{ steps.a.output }}', n: '{{ steps.n.output }}' }`
  const results = [
    await run(text(false), { onEvent: (event) => events.push(event) }),
    await run(text(true), { onEvent: (event) => events.push(event) }),
  ]
  expect(given).toEqual([`Bearer ${value}`, `x ${value}`])
  expect(results[0]?.outputs['n']).toBe('Bearer [secret TOKEN]')
  expect(results[1]).toMatchObject({ status: 'failed', steps: [{ cached: true }, {}, {}], error: { message: 'refused x [secret TOKEN]' } })
  const kept = [
    results,
    events,
    ...(await Promise.all(results.map(({ runId }) => store.journal.read(runId)))),
    await engine.show(results[0]?.runId ?? ''),
  ]
  const shown = JSON.stringify(kept)
  expect(shown).toContain('[secret TOKEN]')
  for (const form of [value, encodeURIComponent(value), Buffer.from(`Bearer ${value}`).toString('base64')])
    expect(shown).not.toContain(form)
})
