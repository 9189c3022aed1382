import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { createTestEngine, type TestEngine } from '../fixtures/test-engine.js'
import { scriptedProvider, testStepDefaults } from '../fixtures/test-points.js'
import type { PlanEstimate } from '../engine.js'
import type { PastRun, PastStep } from '../points/past-runs.js'
import { defineStep, type EstimateContext } from '../points/step.js'

const cost = (tokens: number): { tokens: number; usd: number; timeMs: number } => ({ tokens, usd: tokens / 1000, timeMs: tokens })
const common = {
  ...testStepDefaults,
  output: z.unknown(),
  run: async (): Promise<null> => null,
} as const
const priced = defineStep({
  ...common,
  id: 'priced',
  input: z.strictObject({ text: z.string() }),
  estimate: ({ text = '' }) => ({ low: cost(1), expected: cost(text.length), worst: cost(100) }),
})
const nested = defineStep({
  ...common,
  id: 'nested',
  input: z.strictObject({ file: z.string() }),
  estimate: ({ file = '' }, context) => context.estimatePipeline(file),
})
const broken = defineStep({
  ...common,
  id: 'broken',
  input: z.strictObject({}),
  estimate: () => {
    throw new TypeError('cannot say')
  },
})

const createPriced = (): Promise<TestEngine> => createTestEngine({ steps: [priced, nested, broken] })

async function estimate(text: string, inputs: Record<string, unknown> = {}): Promise<PlanEstimate> {
  const { check, engine } = await createPriced()
  const { plan, findings } = await check(text)
  if (!plan) throw new Error(JSON.stringify(findings))
  return engine.estimate(plan, inputs)
}

const tokens = ({ total }: PlanEstimate): number[] => [total.low.tokens, total.expected.tokens, total.worst.tokens]
const step = (more: string): string => `pipeline: p\ninputs: { t: { type: any, default: abc } }\nsteps: [{ id: a, uses: priced${more} }]`

describe('an estimate', () => {
  it.each<[string, string, number[]]>([
    ['counts every attempt that a step has at worst', ', with: { text: abc }', [1, 3, 300]],
    ['and those that it gives itself', ', with: { text: abc }, retry: { attempts: 1 }', [1, 3, 100]],
    ['a step with a condition may cost nothing', ', if: inputs.t, with: { text: abc }, retry: { attempts: 1 }', [0, 3, 100]],
    ['takes defaults for inputs that are not given', ', with: { text: "{{ inputs.t }}!" }, retry: { attempts: 1 }', [1, 4, 100]],
    ['each item of a list that is known', ', for_each: [1, 2], with: { text: ab }, retry: { attempts: 1 }', [2, 4, 200]],
  ])('%s', async (_what, more, expected) => {
    expect(tokens(await estimate(step(more)))).toEqual(expected)
  })

  it('takes the inputs that are given', async () => {
    expect(tokens(await estimate(step(', with: { text: "{{ inputs.t }}" }'), { t: 'abcdefgh' }))[1]).toBe(8)
  })

  it('holds what pipelines cost that are nested, each read once', async () => {
    const { check, put, engine } = await createPriced()
    const calls = (file: string): string =>
      `pipeline: c\nsteps:\n${Array.from({ length: 40 }, (_, index) => `  - { id: s${index}, uses: nested, with: { file: ${file} }, retry: { attempts: 1 } }`).join('\n')}`
    await put('leaf.yaml', 'pipeline: leaf\nsteps: [{ id: a, uses: priced, with: { text: abc }, retry: { attempts: 1 } }]')
    // Forty times forty times forty … : without a memory nobody would live to see the end.
    for (let level = 1; level <= 6; level++) await put(`l${level}.yaml`, calls(level === 1 ? 'leaf.yaml' : `l${level - 1}.yaml`))
    const { plan } = await check(calls('l6.yaml'))
    expect(plan).not.toBeNull()
    if (plan) expect(tokens(await engine.estimate(plan, {}))[1]).toBe(3 * 40 ** 7)
  })
})

/** Every call of `priced` costs 1, the length of its text, and 100. Retries are off. */
const blocks = (steps: string): string =>
  `pipeline: p\ninputs: { t: { type: any, default: abc } }\ndefaults: { retry: { attempts: 1 } }\nsteps:\n${steps}`
const priced3 = 'uses: priced, with: { text: abc }'

describe('the figures of blocks, by hand', () => {
  it.each<[string, string, number[]]>([
    ['a group: the sum', `  - { id: g, steps: [{ id: a, ${priced3} }, { id: b, ${priced3} }] }`, [2, 6, 200]],
    // Low: the cheaper case; expected: the mean of both; worst: the dearer one.
    [
      'a switch: the cheapest, the mean, the dearest',
      `  - { id: s, switch: inputs.t, cases: { x: [{ id: a, ${priced3} }], y: [{ id: b, ${priced3} }, { id: c, ${priced3} }] }, default: [{ id: d, ${priced3} }] }`,
      [1, (3 + 6 + 3) / 3, 200],
    ],
    [
      'a switch without a default: perhaps nothing',
      `  - { id: s, switch: inputs.t, cases: { x: [{ id: a, ${priced3} }] } }`,
      [0, 1.5, 100],
    ],
    ['a loop that begins: half as often as it may', `  - { id: a, ${priced3}, until: loop.index > 3, max_iterations: 10 }`, [1, 15, 1000]],
    ['a loop that may not begin', `  - { id: a, ${priced3}, while: loop.index < 3, max_iterations: 10 }`, [0, 15, 1000]],
    ['a list of numbers', `  - { id: a, ${priced3}, for_each: { from: 2, to: 8, step: 3 } }`, [3, 9, 300]],
    ['a list that is not known: 1, 10, 100', `  - { id: a, ${priced3}, for_each: { files: "*.md" } }`, [1, 30, 10_000]],
    [
      'a list that is known: each of its items',
      '  - { id: a, for_each: [x, yy, zzz], uses: priced, with: { text: "{{ item }}" } }',
      [3, 1 + 2 + 3, 300],
    ],
    [
      'a list in a list, with a loop in it',
      `  - { id: g, for_each: [1, 2], steps: [{ id: h, for_each: { from: 1, to: 3 }, as: n, steps: [{ id: a, ${priced3}, until: loop.index > 3, max_iterations: 4 }] }] }`,
      [6, 2 * 3 * 2 * 3, 2 * 3 * 4 * 100],
    ],
    ['what stands in: at worst on top', `  - { id: a, ${priced3}, on_error: { step: { id: b, ${priced3} } } }`, [1, 3, 200]],
    ['steps at the end', `  - { id: a, ${priced3} }\nfinally: [{ id: b, ${priced3} }]`, [2, 6, 200]],
  ])('%s', async (_what, steps, expected) => {
    expect(tokens(await estimate(blocks(steps)))).toEqual(expected)
  })

  it('comes to an end, however deep lists lie in lists', async () => {
    const depth = 25
    const open = Array.from({ length: depth }, (_, index) => `{ id: g${index}, for_each: [1, 2, 3], steps: [`).join('')
    const { total } = await estimate(blocks(`  - ${open}{ id: a, ${priced3} }${' ] }'.repeat(depth)}`))
    expect(total.expected.tokens).toBe(3 * 3 ** depth)
  })

  it('takes the time of the longest way, and of items in turns', async () => {
    const time = async (steps: string): Promise<number> => (await estimate(blocks(steps))).total.expected.timeMs
    expect(await time(`  - { id: a, ${priced3} }\n  - { id: b, uses: priced, with: { text: abcde } }`)).toBe(5)
    expect(await time(`  - { id: a, ${priced3} }\n  - { id: b, needs: [a], ${priced3} }`)).toBe(6)
    // Ten items, four side by side: three turns.
    expect(await time(`  - { id: a, for_each: { from: 1, to: 10 }, ${priced3} }`)).toBe(9)
    expect(await time(`  - { id: a, for_each: { from: 1, to: 10 }, concurrency: 1, ${priced3} }`)).toBe(30)
  })

  it('tells the step type of its tools and of what its session holds', async () => {
    const told: Partial<EstimateContext>[] = []
    const asks = defineStep({
      ...common,
      id: 'asks',
      usesTools: true,
      usesSession: true,
      input: z.strictObject({}),
      estimate: (_input, context) => {
        told.push(context)
        return { low: cost(1), expected: cost(2), worst: cost(50), said: { low: 1, expected: 1, worst: 7 } }
      },
    })
    const { check } = await createTestEngine({ steps: [priced, asks] })
    await check(
      blocks(`  - { id: a, uses: asks, session: talk, tools: [{ id: t, description: d, ${priced3} }, { id: u, description: e, uses: priced, with: { text: abcdef } }] }
  - { id: b, uses: asks, session: talk }`),
    )
    expect(told[0]?.tools?.definitions.map(({ name }) => name)).toEqual(['t', 'u'])
    expect(told[0]?.tools?.call.expected.tokens).toBe(6)
    expect(told[0]?.sessionTokens).toEqual({ low: 0, expected: 0, worst: 0 })
    expect(told[1]?.sessionTokens).toEqual({ low: 1, expected: 1, worst: 7 })
    expect(told[1]?.tools).toBeUndefined()
  })
})

describe('what an estimate rests on', () => {
  const past = (usage: readonly number[], more: Partial<PastStep> = {}, document = ''): readonly PastRun[] =>
    usage.map((used) => ({
      document,
      steps: [{ step: 'a', durationMs: used * 10, tokens: used, usd: used / 100, origin: 'real', models: [], ...more }],
    }))
  const text = blocks(`  - { id: a, ${priced3} }`)
  const estimated = async (runs: readonly PastRun[], document = text): Promise<PlanEstimate> => {
    const { check, engine } = await createTestEngine({ steps: [priced] }, { pastRuns: async () => runs })
    const { plan } = await check(document)
    if (!plan) throw new Error('not valid')
    return engine.estimate(plan, {})
  }
  const expected = ({ total, steps }: PlanEstimate): unknown => [total.expected, steps[0]?.basis]

  it('the median of earlier runs, once there are three', async () => {
    expect(expected(await estimated(past([7, 9], {}, text)))).toEqual([cost(3), 'assumed'])
    expect(expected(await estimated(past([7, 900, 9], {}, text)))).toEqual([{ tokens: 9, usd: 0.09, timeMs: 90 }, 'history'])
    const { total } = await estimated(past([7, 900, 9], {}, text))
    expect(total.low.tokens).toBe(1)
    expect(total.worst.tokens).toBe(100)
  })

  it('each item and each round of its own', async () => {
    const steps = ['a[0](0)', 'a[0](1)', 'a[0]', 'a[1](0)', 'a[1]', 'a'].flatMap(
      (step, index) => past([10 ** index], { step })[0]?.steps ?? [],
    )
    const document = blocks(`  - { id: a, for_each: [1, 2], until: loop.index > 1, max_iterations: 2, ${priced3} }`)
    // The rounds took 1, 10 and 1,000: the median is 10, for one round of two items.
    expect(expected(await estimated([{ steps, document }], document))).toEqual([{ tokens: 20, usd: 0.2, timeMs: 100 }, 'history'])
  })

  it.each<[string, readonly PastRun[]]>([
    ['simulated answers', past([7, 8, 9], { origin: 'simulated' }, text)],
    ['answers that somebody wrote', past([7, 8, 9], { origin: 'authored' }, text)],
    ['another model', past([7, 8, 9], { models: ['scripted/other'] }, text)],
    ['another step type', past([7, 8, 9], {}, text.replace('uses: priced', 'uses: other'))],
    ['another step', past([7, 8, 9], { step: 'b' }, text)],
    ['a step in another one', past([7, 8, 9], { step: 'g/a' }, text)],
  ])('not what %s needed', async (_what, runs) => {
    expect(expected(await estimated(runs))).toEqual([cost(3), 'assumed'])
  })

  it('the same step in another version of the pipeline counts', async () => {
    expect(expected(await estimated(past([7, 8, 9], {}, `${text}\n`)))).toEqual([{ tokens: 8, usd: 0.08, timeMs: 80 }, 'history'])
  })

  it('counted tokens, where the prompt is known', async () => {
    const counting = defineStep({
      ...common,
      id: 'counting',
      usesModel: true,
      input: z.strictObject({ text: z.string() }),
      estimate: ({ text: known = '' }, context) => ({ low: cost(0), expected: cost(context.likelyTokens(known)), worst: cost(1000) }),
    })
    const { check, engine } = await createTestEngine(
      { steps: [counting], providers: [scriptedProvider(() => '')] },
      { defaultModel: 'scripted/m' },
    )
    const of = async (prompt: string): Promise<unknown> => {
      const { plan } = await check(
        `pipeline: p\nsteps: [{ id: r, uses: value, with: { value: 1 } }, { id: a, uses: counting, with: { text: "${prompt}" } }]`,
      )
      if (!plan) throw new Error('not valid')
      const { steps } = await engine.estimate(plan, {})
      const found = steps.find(({ id }) => id === 'a')
      return [found?.estimate.expected.tokens, found?.basis]
    }
    expect(await of('internationalisation of a hundred words')).toEqual([6, 'counted'])
    expect(await of('{{ steps.r.output }}')).toEqual([expect.any(Number), 'assumed'])
  })
})

describe('what cannot be estimated', () => {
  const finding = async (text: string, files: Record<string, string> = {}): Promise<unknown> => {
    const { check, put } = await createPriced()
    for (const [path, content] of Object.entries(files)) await put(path, content)
    return (await check(text)).findings.find(({ severity }) => severity === 'error')
  }
  const calls = (file: string): string => `pipeline: c\nsteps: [{ id: a, uses: nested, with: { file: ${file} } }]`

  it.each<[string, string, Record<string, string>, object]>([
    ['a pipeline that is not there', calls('none.yaml'), {}, { code: 'DOCUMENT_NOT_FOUND', line: 2, column: 46 }],
    ['one outside of the project', calls('../none.yaml'), {}, { code: 'FILE_OUTSIDE_PROJECT', line: 2, column: 46 }],
    [
      'pipelines in a circle',
      calls('a.yaml'),
      { 'a.yaml': calls('b.yaml'), 'b.yaml': calls('./a.yaml') },
      { code: 'STEP_CYCLE', message: 'These pipelines run each other: a.yaml → b.yaml → a.yaml.' },
    ],
    [
      'one that is not valid, where it is not',
      calls('a.yaml'),
      { 'a.yaml': 'pipeline: a\nstep: []' },
      { code: 'UNKNOWN_KEY', file: expect.stringMatching(/a\.yaml$/), line: 2 },
    ],
    [
      'a step type that fails at it',
      'pipeline: p\nsteps: [{ id: a, uses: broken }]',
      {},
      { code: 'INTERNAL', message: 'cannot say', line: 2, column: 24 },
    ],
  ])('%s is an error with its place', async (_what, text, files, expected) => {
    expect(await finding(text, files)).toMatchObject(expected)
  })
})
