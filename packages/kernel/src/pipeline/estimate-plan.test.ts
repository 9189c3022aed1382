import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { createTestEngine, type TestEngine } from '../fixtures/test-engine.js'
import { testStepDefaults } from '../fixtures/test-points.js'
import type { PlanEstimate } from '../engine.js'
import { defineStep } from '../points/step.js'

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
