import { expect, it } from 'vitest'
import { z } from 'zod'
import { PipewrightError } from '../errors/pipewright-error.js'
import { createTestEngine } from '../fixtures/test-engine.js'
import { testStepDefaults } from '../fixtures/test-points.js'
import { defineStep } from '../points/step.js'

/** Goes on for a little while whatever it is told, and says when it is over. */
function slow(): { readonly ended: string[]; readonly step: unknown } {
  const ended: string[] = []
  const step = defineStep({
    ...testStepDefaults,
    id: 'slow',
    input: z.strictObject({ turns: z.int(), fail: z.boolean().default(false) }),
    output: z.unknown(),
    async run({ turns, fail }, context) {
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
      ended.push(context.run.step)
      if (fail) throw new PipewrightError('STEP_FAILED', 'told to')
      return 'done'
    },
  })
  return { ended, step }
}

/** Waits until it is told to stop. */
const waits = defineStep({
  ...testStepDefaults,
  id: 'waits',
  input: z.strictObject({}),
  output: z.unknown(),
  run: (_input, { signal }) =>
    new Promise((_resolve, reject) => {
      // The reason of a signal is an error.
      // oxlint-disable-next-line prefer-promise-reject-errors
      signal.addEventListener('abort', () => reject(signal.reason))
    }),
})

async function ending(text: string, steps: readonly unknown[] = [waits]): Promise<unknown> {
  const { run } = await createTestEngine({ steps })
  const result = await run(`pipeline: p\n${text}\noutputs: { all: '{{ steps.a.output }}' }`, { inputs: {} })
  return result.error ? result.error.code : result.outputs['all']
}

it('an item whose way out fails too ends the step once the items beside it have ended', async () => {
  const { step, ended } = slow()
  const { run } = await createTestEngine({ steps: [step] })
  const text = `pipeline: p
inputs: { o: { type: object, default: {} } }
steps:
  - { id: a, uses: slow, for_each: [0, 5, 9], with: { turns: '{{ item }}', fail: true }, on_error: { continue: '{{ inputs.o.nothing }}' } }`
  const result = await run(text)
  expect(result).toMatchObject({ status: 'failed', error: { code: 'MISSING_VALUE', step: 'a[0]' } })
  const before = [...ended]
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(ended, 'nothing goes on after the run').toEqual(before)
  expect(ended).toHaveLength(3)
})

it('a group that takes too long goes on as it says', async () => {
  expect(
    await ending('steps: [{ id: a, timeout: 10ms, on_error: { continue: "after {{ error.code }}" }, steps: [{ id: b, uses: waits }] }]'),
  ).toBe('after STEP_TIMEOUT')
})

it('a step that uses up a time of its own goes on as it says', async () => {
  expect(await ending('steps: [{ id: a, budget: { time: 10ms }, on_error: { continue: "after {{ error.code }}" }, uses: waits }]')).toBe(
    'after BUDGET_TIME',
  )
})

it('a list that is none is what the step goes on from, as it says', async () => {
  expect(
    await ending(
      'inputs: { x: { type: any, default: none } }\nsteps: [{ id: a, for_each: inputs.x, on_error: { continue: "after {{ error.code }}" }, uses: waits }]',
    ),
  ).toBe('after STEP_INPUT_INVALID')
})

it('a switch over a value that is missing goes on as it says', async () => {
  const text = `inputs: { o: { type: object, default: {} } }
steps: [{ id: a, switch: inputs.o.kind, on_error: { continue: "after {{ error.code }}" }, cases: { x: [{ id: b, uses: waits }] } }]`
  expect(await ending(text)).toBe('after MISSING_VALUE')
})
