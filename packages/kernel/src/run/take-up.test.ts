import { expect, it } from 'vitest'
import { z } from 'zod'
import { createTestEngine, type TestEngine } from '../fixtures/test-engine.js'
import { testStepDefaults } from '../fixtures/test-points.js'
import { defineStep } from '../points/step.js'
import type { RunEvent, RunResult } from './run-result.js'

/** A step that takes down what it was given, and fails when told so. */
function noting(safeToRepeat = true): { readonly done: string[]; readonly step: ReturnType<typeof defineStep> } {
  const done: string[] = []
  const step = defineStep({
    ...testStepDefaults,
    id: 'note',
    safeToRepeat,
    effect: true,
    input: z.strictObject({ value: z.unknown(), fail: z.boolean().default(false) }),
    output: z.unknown(),
    async run({ value, fail }, context) {
      done.push(context.run.step)
      if (fail) throw new Error('told to')
      return value
    },
  })
  return { done, step }
}

const text = (c: string, more = ''): string => `pipeline: p
variables: { v: 1 }
steps:
  - { id: a, uses: note, with: { value: '{{ variables.v }}' } }
  - { id: b, uses: note, with: { value: b } }
  - { id: c, uses: note, with: { value: '{{ steps.a.output }}${c}' } }
  - { id: d, uses: note, with: { value: '{{ steps.c.output }}', fail: ${c === ''} } }
outputs: { d: '{{ steps.d.output }}' }
${more}`

async function runThenEdit(
  engine: TestEngine,
  first: string,
  second: string,
): Promise<{ resumed: RunResult; edited: RunEvent | undefined }> {
  await engine.put('pipeline.yaml', first)
  const { runId } = await engine.run(first)
  await engine.put('pipeline.yaml', second)
  const events: RunEvent[] = []
  const resumed = await engine.engine.resume(runId, { reread: true, onEvent: (event) => events.push(event) })
  return { resumed, edited: events.find((event) => event.type === 'run-edited') }
}

it('a run whose pipeline was changed does again what was changed and what comes after, and says so', async () => {
  const { step, done } = noting()
  const engine = await createTestEngine({ steps: [step] })
  const { resumed, edited } = await runThenEdit(engine, text(''), text('!'))
  expect(resumed).toMatchObject({ status: 'succeeded', outputs: { d: '1!' } })
  expect(edited).toMatchObject({ hold: ['a', 'b'], again: ['c', 'd'] })
  expect(done.toSorted()).toEqual(['a', 'b', 'c', 'c', 'd', 'd'])
})

it('a changed variable is a change of the steps that it goes into', async () => {
  const { step } = noting()
  const engine = await createTestEngine({ steps: [step] })
  const { resumed, edited } = await runThenEdit(engine, text(''), text('!').replace('v: 1', 'v: 2'))
  expect(resumed).toMatchObject({ outputs: { d: '2!' } })
  expect(edited).toMatchObject({ hold: ['b'], again: ['a', 'c', 'd'] })
})

it('a run goes on with the pipeline as it was unless told to look', async () => {
  const { step } = noting()
  const engine = await createTestEngine({ steps: [step] })
  await engine.put('pipeline.yaml', text(''))
  const { runId } = await engine.run(text(''))
  await engine.put('pipeline.yaml', text('!'))
  expect(await engine.engine.resume(runId)).toMatchObject({ status: 'failed' })
})

it('a pipeline that is no longer valid stops the run where it was, and loses nothing', async () => {
  const { step } = noting()
  const engine = await createTestEngine({ steps: [step] })
  await engine.put('pipeline.yaml', text(''))
  const { runId } = await engine.run(text(''))
  await engine.put('pipeline.yaml', text('!').replace('uses: note', 'uses: nite'))
  await expect(engine.engine.resume(runId, { reread: true })).rejects.toMatchObject({ code: 'UNKNOWN_STEP_TYPE', place: { line: 4 } })
  await engine.put('pipeline.yaml', text('!'))
  expect(await engine.engine.resume(runId, { reread: true })).toMatchObject({ status: 'succeeded' })
})

it('a finished run can be gone on with from any of its steps', async () => {
  const { step, done } = noting()
  const engine = await createTestEngine({ steps: [step] })
  const { runId } = await engine.run(text('!'))
  expect(await engine.engine.resume(runId)).toMatchObject({ status: 'succeeded' })
  expect(done).toHaveLength(4)
  expect(await engine.engine.resume(runId, { from: 'c' })).toMatchObject({ status: 'succeeded', outputs: { d: '1!' } })
  expect(done.slice(4)).toEqual(['c', 'd'])
  await expect(engine.engine.resume(runId, { from: 'e' })).rejects.toMatchObject({ code: 'UNKNOWN_VARIABLE' })
})

it('what may not be safe to repeat is not done a second time unasked, but for the step that was named', async () => {
  const { step, done } = noting(false)
  const engine = await createTestEngine({ steps: [step] })
  const { runId } = await engine.run(text('!'))
  expect(await engine.engine.resume(runId, { from: 'c' })).toMatchObject({ status: 'paused', questions: [{ step: 'd' }] })
  expect(done).toEqual(['a', 'b', 'c', 'd', 'c'])
  await engine.engine.answer(runId, { approved: true, by: 'tester', at: '' })
  expect(await engine.engine.resume(runId)).toMatchObject({ status: 'succeeded', outputs: { d: '1!' } })
})

it('a changed pipeline inside of a step is a change of that step', async () => {
  const { step, done } = noting()
  const engine = await createTestEngine({ steps: [step] })
  const inner = (value: number): string =>
    `pipeline: inner\nsteps: [{ id: x, uses: note, with: { value: ${value} } }]\noutputs: { x: '{{ steps.x.output }}' }`
  const outer = `pipeline: outer
steps: [{ id: n, uses: pipeline, with: { file: inner.yaml } }, { id: last, uses: note, with: { value: '{{ steps.n.output.x }}' } }]
outputs: { last: '{{ steps.last.output }}' }`
  await engine.put('inner.yaml', inner(1))
  await engine.put('pipeline.yaml', outer)
  const { runId } = await engine.run(outer)
  await engine.put('inner.yaml', inner(2))
  expect(await engine.engine.resume(runId, { reread: true })).toMatchObject({ outputs: { last: 2 } })
  expect(done).toEqual(['n/x', 'last', 'n/x', 'last'])
})

it('what is done at the end is done again when a run comes to another end', async () => {
  const { step, done } = noting()
  const engine = await createTestEngine({ steps: [step] })
  const last = "finally: [{ id: e, uses: note, with: { value: '{{ run.status }}' } }]"
  await engine.put('pipeline.yaml', text('', last))
  const { runId } = await engine.run(text('', last))
  await engine.put('pipeline.yaml', text('!', last))
  expect(await engine.engine.resume(runId, { reread: true })).toMatchObject({ status: 'succeeded' })
  expect(done.filter((path) => path === 'e')).toHaveLength(2)
})
