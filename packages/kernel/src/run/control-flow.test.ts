import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { PipewrightError } from '../errors/pipewright-error.js'
import { createTestEngine, type TestEngine } from '../fixtures/test-engine.js'
import { scriptedProvider, testStepDefaults } from '../fixtures/test-points.js'
import { defineStep } from '../points/step.js'

const fails = defineStep({
  ...testStepDefaults,
  id: 'fails',
  input: z.strictObject({ code: z.string().default('STEP_FAILED'), unless: z.unknown().optional() }),
  output: z.unknown(),
  async run({ code, unless }) {
    if (unless !== undefined && unless !== null && unless !== false) return unless
    throw new PipewrightError(code as 'STEP_FAILED', `failed with ${code}`)
  },
})
const stop = defineStep({
  ...testStepDefaults,
  id: 'stop',
  effect: true,
  input: z.strictObject({ outputs: z.record(z.string(), z.unknown()).default({}) }),
  output: z.unknown(),
  run: async ({ outputs }, context) => context.stop({ outputs }),
})

async function outputsOf(text: string, inputs: Record<string, unknown> = {}, engine?: TestEngine): Promise<unknown> {
  const { run } = engine ?? (await createTestEngine({ steps: [fails, stop] }))
  const result = await run(`pipeline: p\n${text}`, { inputs })
  return result.error ? result.error.code : result.outputs
}

describe('a group', () => {
  it('gives what its steps give, by id', async () => {
    const text = `
steps:
  - id: both
    steps:
      - { id: one, uses: value, with: { value: 1 } }
      - { id: two, uses: value, with: { value: '{{ steps.one.output }}' } }
outputs: { all: '{{ steps.both.output }}' }`
    expect(await outputsOf(text)).toEqual({ all: { one: 1, two: 1 } })
  })

  it('sees what is around it, goes over lists, and names its items', async () => {
    const text = `
inputs: { rows: { type: array }, more: { type: number } }
steps:
  - { id: base, uses: value, with: { value: '{{ inputs.more }}' } }
  - id: rows
    for_each: inputs.rows
    as: row
    steps:
      - id: cells
        for_each: row
        steps: [{ id: sum, uses: value, with: { value: '{{ steps.base.output | plus: item | append: "/" | append: row.size }}' } }]
        output: '{{ steps.sum.output }}'
    output: '{{ steps.cells.output }}'
outputs: { all: '{{ steps.rows.output }}' }`
    expect(await outputsOf(text, { rows: [[1, 2], [3]], more: 10 })).toEqual({ all: [['11/2', '12/2'], ['13/1']] })
  })
})

describe('a switch', () => {
  const text = `
inputs: { kind: { type: any } }
steps:
  - id: route
    switch: inputs.kind
    cases:
      bug: [{ id: fix, uses: value, with: { value: fixed } }]
      '2': [{ id: two, uses: value, with: { value: second } }]
    default: [{ id: other, uses: value, with: { value: left }  }]
    output: '{{ steps.fix.output | default: steps.two.output | default: steps.other.output }}'
outputs: { all: '{{ steps.route.output }}' }`
  it.each([
    ['bug', 'fixed'],
    [2, 'second'],
    ['idea', 'left'],
  ])('on %s runs the steps for it', async (kind, all) => {
    expect(await outputsOf(text, { kind })).toEqual({ all })
  })

  it('without a case for a value runs nothing', async () => {
    const bare = `
steps: [{ id: route, switch: '"x"', cases: { y: [{ id: y, uses: value, with: { value: 1 } }] } }]
outputs: { all: '{{ steps.route.output }}' }`
    expect(await outputsOf(bare)).toEqual({ all: {} })
  })
})

describe('for_each', () => {
  it.each([
    ['{ from: 1, to: 7, step: 3 }', [1, 4, 7]],
    ['{ to: "{{ inputs.n }}" }', [0, 1, 2]],
    ['{ from: 3, to: 1 }', []],
    ['["a", "{{ inputs.n }}"]', ['a', 2]],
  ])('goes over %s', async (list, all) => {
    const text = `
inputs: { n: { type: number, default: 2 } }
steps: [{ id: each, uses: value, for_each: ${list}, with: { value: '{{ item }}' } }]
outputs: { all: '{{ steps.each.output }}' }`
    expect(await outputsOf(text)).toEqual({ all })
  })

  it('goes over files in the order of their names', async () => {
    const engine = await createTestEngine()
    for (const name of ['b.txt', 'a.txt', 'c.md']) await engine.put(name, '')
    const text = `
steps: [{ id: each, uses: value, for_each: { files: '*.txt' }, with: { value: '{{ item }}' } }]
outputs: { all: '{{ steps.each.output }}' }`
    expect(await outputsOf(text, {}, engine)).toEqual({ all: ['a.txt', 'b.txt'] })
    expect(await outputsOf(text.replace('*.txt', '../*'), {}, engine)).toBe('FILE_OUTSIDE_PROJECT')
  })

  it('keeps the order, and says which items went wrong when that is let pass', async () => {
    const text = `
steps:
  - { id: each, uses: fails, for_each: [null, 1, null, 2], with: { unless: '{{ item }}' }, on_error: { continue: '{{ error.code }} {{ item | json }}' } }
outputs: { all: '{{ steps.each.output }}', errors: '{{ steps.each.errors }}' }`
    expect(await outputsOf(text)).toEqual({
      all: ['STEP_FAILED null', 1, 'STEP_FAILED null', 2],
      errors: [
        { index: 0, code: 'STEP_FAILED', message: 'failed with STEP_FAILED' },
        { index: 2, code: 'STEP_FAILED', message: 'failed with STEP_FAILED' },
      ],
    })
  })
})

describe('a loop', () => {
  const counting = (more: string): string => `
steps:
  - { id: count, uses: value, with: { value: '{{ loop.output | default: 0 | plus: 1 }}' }, ${more} }
outputs: { all: '{{ steps.count.output }}' }`
  it.each([
    ['until: loop.output >= 3, max_iterations: 5', { all: 3 }],
    ['while: loop.index < 2, max_iterations: 5', { all: 2 }],
    ['while: loop.index < 0, max_iterations: 5', { all: null }],
    ['until: loop.output >= 3, max_iterations: 2', 'LOOP_LIMIT'],
    ['until: loop.output >= 3, max_iterations: 3', { all: 3 }],
    ['while: loop.index < 3, max_iterations: 3', { all: 3 }],
    ['until: loop.output >= 3, max_iterations: 2, on_limit: continue', { all: 2 }],
  ])('with %s gives %j', async (more, expected) => {
    expect(await outputsOf(counting(more))).toEqual(expected)
  })

  it('runs whole groups, for each of several items', async () => {
    const text = `
steps:
  - id: each
    for_each: [1, 2]
    until: loop.output >= 10
    max_iterations: 10
    steps:
      - { id: add, uses: value, with: { value: '{{ loop.output | default: 0 | plus: item }}' } }
      - { id: double, uses: value, with: { value: '{{ steps.add.output | times: 2 }}' } }
    output: '{{ steps.double.output }}'
outputs: { all: '{{ steps.each.output }}' }`
    expect(await outputsOf(text)).toEqual({ all: [14, 12] })
  })
})

describe('after an error', () => {
  it.each([
    ['on_error: continue', null],
    ['on_error: { continue: [] }', []],
    ['on_error: { continue: "{{ error.code }}" }', 'STEP_FAILED'],
    ['on_error: { step: { id: b, uses: value, with: { value: "{{ error.message }}" } } }', 'failed with STEP_FAILED'],
    ['on_error: { step: { id: b, uses: fails } }', 'STEP_FAILED'],
    ['on_error: fail', 'STEP_FAILED'],
  ])('%s gives %j', async (policy, all) => {
    const text = `
steps: [{ id: a, uses: fails, ${policy} }]
outputs: { all: '{{ steps.a.output }}' }`
    const outputs = await outputsOf(text)
    expect(outputs).toEqual(policy.includes('fail }') || policy.endsWith('fail') || policy.includes('uses: fails }') ? all : { all })
  })

  it('of a group, goes on as it says', async () => {
    const text = `
steps:
  - { id: g, steps: [{ id: a, uses: fails }], on_error: { continue: none } }
  - { id: b, uses: value, with: { value: '{{ steps.g.output }} {{ steps.g.error.code }}' } }
outputs: { all: '{{ steps.b.output }}' }`
    expect(await outputsOf(text)).toEqual({ all: 'none STEP_FAILED' })
  })

  it('cannot shrug off a guardrail or the run’s budget', async () => {
    const provider = scriptedProvider(() => 'hello')
    const { run } = await createTestEngine({ providers: [provider], steps: [fails] })
    const text = `
budget: { tokens: 20 }
steps: [{ id: a, uses: prompt, model: scripted/x, with: { prompt: '{{ run.id }}' }, on_error: continue }]`
    expect(await run(`pipeline: p\n${text}`)).toMatchObject({ status: 'stopped', error: { code: 'BUDGET_EXCEEDED' } })
  })

  it('goes on when a step has used up a budget of its own', async () => {
    const provider = scriptedProvider(() => 'hello')
    const { run } = await createTestEngine({ providers: [provider] })
    const text = `
budget: { tokens: 20000 }
steps: [{ id: a, uses: prompt, budget: { tokens: 20 }, model: scripted/x, with: { prompt: '{{ run.id }}' }, on_error: { continue: short } }]
outputs: { all: '{{ steps.a.output }}' }`
    expect(await run(`pipeline: p\n${text}`)).toMatchObject({ status: 'succeeded', outputs: { all: 'short' } })
  })
})

describe('models', () => {
  const answering = scriptedProvider((request) => `from ${request.model}`)
  const failing = scriptedProvider(
    () => {
      throw new PipewrightError('PROVIDER_OVERLOADED', 'too many')
    },
    { id: 'failing' },
  )

  it('of a list are asked in turn until one answers', async () => {
    const { run } = await createTestEngine({ providers: [answering, failing] })
    const text = `
steps: [{ id: a, uses: prompt, models: [failing/x, scripted/y], with: { prompt: hello } }]
outputs: { all: '{{ steps.a.output }}' }`
    expect(await run(`pipeline: p\n${text}`)).toMatchObject({ outputs: { all: 'from y' }, steps: [{ attempts: 1 }] })
  })

  it('may be one that is asked only after the step has failed for good', async () => {
    const { run } = await createTestEngine({ providers: [answering, failing] })
    const text = `
steps: [{ id: a, uses: prompt, model: failing/x, retry: { attempts: 1 }, with: { prompt: hello }, on_error: { model: scripted/z } }]
outputs: { all: '{{ steps.a.output }}', why: '{{ steps.a.error.code }}' }`
    expect(await run(`pipeline: p\n${text}`)).toMatchObject({ outputs: { all: 'from z', why: 'PROVIDER_OVERLOADED' } })
  })
})

describe('an early stop', () => {
  it('ends the pipeline with its result, from inside of groups and lists', async () => {
    const text = `
steps:
  - id: each
    for_each: [1, 2, 3]
    concurrency: 1
    steps: [{ id: end, uses: stop, if: item == 2, with: { outputs: { all: '{{ item }}' } } }]
  - { id: after, uses: fails, needs: [each] }
outputs: { all: '{{ steps.each.output }}', other: 1 }`
    expect(await outputsOf(text)).toEqual({ all: 2, other: null })
  })
})

describe('finally', () => {
  const text = (steps: string): string => `
steps: ${steps}
finally:
  - { id: last, uses: value, with: { value: '{{ run.status }} {{ run.error.code | default: "fine" }}' } }
  - { id: wrong, uses: fails, with: { unless: '{{ steps.last.output }}' } }
outputs: { all: '{{ steps.a.output }}' }`
  it('runs after success, failure and an early stop, and knows which it was', async () => {
    const { run } = await createTestEngine({ steps: [fails, stop] })
    const seen = async (steps: string): Promise<unknown> => {
      const said: string[] = []
      const result = await run(`pipeline: p\n${text(steps)}`, {
        onEvent: (event) => event.type === 'step-finished' && said.push(event.step),
      })
      return [result.status, said.includes('last'), result.error?.code]
    }
    expect(await seen('[{ id: a, uses: value, with: { value: 1 } }]')).toEqual(['succeeded', true, undefined])
    expect(await seen('[{ id: a, uses: fails }]')).toEqual(['failed', true, 'STEP_FAILED'])
    expect(await seen('[{ id: a, uses: stop }]')).toEqual(['succeeded', true, undefined])
    expect(await seen('[{ id: a, uses: approval, with: { message: ok? } }]')).toEqual(['paused', false, undefined])
  })
})

describe('variables', () => {
  it('are worked out once, in the order of their references', async () => {
    const text = `
inputs: { name: { type: string, default: Ada } }
variables: { greeting: 'Hello {{ variables.who }}', who: '{{ inputs.name | upcase }}' }
steps: [{ id: a, uses: value, with: { value: '{{ variables.greeting }}' } }]
outputs: { all: '{{ steps.a.output }}' }`
    expect(await outputsOf(text)).toEqual({ all: 'Hello ADA' })
  })
})
