import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { textBound } from '../budget/token-bound.js'
import { freeEstimate, type Cost, type TokenRange } from '../points/estimate.js'
import type { EstimateContext, StepType } from '../points/step.js'
import { StopPipeline } from '../run/early-stop.js'
import { createEstimateContext, createStepContext, type StepContextOptions } from './step-context.js'
import { standInTools } from './stand-in-tools.js'

/** What a pipeline may give the step in `with:`, and what stands around it then. */
export interface StepExample {
  readonly name: string
  readonly input: unknown
  /** Made anew for each run. */
  readonly context?: () => StepContextOptions
}

export interface TestStepOptions {
  /** At least one, and together every way the step works. */
  readonly examples: readonly [StepExample, ...StepExample[]]
  /** Inputs that the step's schema has to refuse. */
  readonly refused: readonly [unknown, ...unknown[]]
}

/** What every step type has to do. Call it at the top of a test file. */
// The registries hold steps of every type; the kit gives each only what its own schema has parsed.
// oxlint-disable-next-line no-explicit-any
export function testStep(step: StepType<any, any>, { examples, refused }: TestStepOptions): void {
  const run = async (example: StepExample, overrides: StepContextOptions['overrides'] = {}): ReturnType<typeof runWith> => {
    const options = example.context?.() ?? {}
    return runWith(step, example.input, { ...options, overrides: { ...options.overrides, ...overrides } })
  }

  describe(`step conformance: ${step.id}`, () => {
    test('says what it is', () => {
      expect(step.contract).toBe('v1')
      expect(step.id).toMatch(/^[a-z][a-z0-9_-]*$/)
      expect(step.summary.length).toBeGreaterThan(10)
      expect(step.summary.length).toBeLessThan(200)
    })

    test('describes its input and output as JSON Schema, every field in words', () => {
      const input = z.toJSONSchema(step.input, { io: 'input' })
      const output = z.toJSONSchema(step.output, { io: 'output' })
      expect(input.type).toBe('object')
      expect(fieldsWithoutWords(input), 'input').toEqual([])
      expect(fieldsWithoutWords(output), 'output').toEqual([])
      if (step.outputSchemaFrom !== undefined) expect(Object.keys(input.properties ?? {})).toContain(step.outputSchemaFrom)
    })

    test('refuses a key that it does not know', () => {
      const [{ input }] = examples
      expect(step.input.safeParse({ ...(input as object), not_a_known_key: 1 }).success).toBe(false)
    })

    test.each(refused.map((input) => ({ input })))('refuses $input', ({ input }) => {
      expect(step.input.safeParse(input).success).toBe(false)
    })

    test.each(examples)('gives what it declares: $name', async (example) => {
      const { output, stopped } = await run(example)
      // A step that ends its pipeline gives nothing.
      if (stopped) return
      expect(step.output.safeParse(output).error?.issues).toBeUndefined()
      expect(JSON.parse(JSON.stringify(output)), 'a journal keeps outputs as JSON').toEqual(output)
    })

    test.each(examples)('does not change its input: $name', async (example) => {
      const before = structuredClone(example.input)
      await run(example)
      expect(example.input).toEqual(before)
    })

    test('calls a model if it says so, and only then', async () => {
      const runs = await Promise.all(examples.map((example) => run(example)))
      expect(runs.some(({ calls }) => calls > 0)).toBe(step.usesModel)
    })

    test.runIf(step.deterministic).each(examples)('gives the same for the same: $name', async (example) => {
      expect((await run(example)).output).toEqual((await run(example)).output)
    })

    test.runIf(step.safeToRepeat).each(examples)('may be repeated: $name', async (example) => {
      const { context } = await createStepContext(example.context?.() ?? {})
      const first = await untilStopped(step.run(step.input.parse(example.input), context))
      const second = await untilStopped(step.run(step.input.parse(example.input), context))
      if (!second.stopped) expect(step.output.safeParse(second.output).success).toBe(true)
      if (step.deterministic) expect(second).toEqual(first)
    })

    test.each(examples)('ends when its run has ended: $name', async (example) => {
      const stopped = new Error('stopped')
      const ending = run(example, { signal: AbortSignal.abort(stopped) }).then(
        () => 'ended',
        (error: unknown) => error,
      )
      // A step that heeds the signal throws its reason; one that is done at once may just finish.
      expect(['ended', stopped]).toContain(await ending)
    })

    test.each(examples)('estimates no less than it uses: $name', async (example) => {
      const estimate = await step.estimate?.(step.input.parse(example.input), estimateContextOf(example))
      if (!estimate) {
        expect(step.usesModel, 'what calls a model has to estimate it').toBe(false)
        return
      }
      expectAscending(estimate.low, estimate.expected, estimate.worst)
      expect(estimate.worst.tokens).toBeGreaterThanOrEqual((await run(example)).tokens)
    })

    test('estimates when nothing is known yet', async () => {
      const estimate = await step.estimate?.({}, createEstimateContext({ model: null }))
      if (estimate) expectAscending(estimate.low, estimate.expected, estimate.worst)
    })
  })
}

async function runWith(
  step: StepType,
  input: unknown,
  options: StepContextOptions,
): Promise<Ending & { readonly calls: number; readonly tokens: number }> {
  const { context, requests } = await createStepContext(options)
  let tokens = 0
  const models: typeof context.models = {
    async generate(request) {
      const response = await context.models.generate(request)
      tokens += response.usage.inputTokens + response.usage.outputTokens
      return response
    },
  }
  const ending = await untilStopped(step.run(step.input.parse(input), { ...context, models }))
  return { ...ending, calls: requests.length, tokens }
}

/** What the engine would tell the step's estimate of the tools and the session that the example has. */
function estimateContextOf(example: StepExample): EstimateContext {
  const { tools, session } = example.context?.() ?? {}
  return createEstimateContext({
    ...(tools === undefined ? {} : { tools: { definitions: standInTools(tools, []).definitions, call: freeEstimate } }),
    ...(session === undefined ? {} : { sessionTokens: rangeOf(textBound(JSON.stringify(session))) }),
  })
}

function rangeOf(tokens: number): TokenRange {
  return { low: tokens, expected: tokens, worst: tokens }
}

interface Ending {
  readonly output: unknown
  /** Whether the step ended its pipeline instead of giving an output. */
  readonly stopped: boolean
}

async function untilStopped(running: Promise<unknown>): Promise<Ending> {
  try {
    return { output: await running, stopped: false }
  } catch (error) {
    if (error instanceof StopPipeline) return { output: error.end.outputs, stopped: true }
    throw error
  }
}

function fieldsWithoutWords(schema: z.core.JSONSchema.JSONSchema): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    typeof field === 'object' && (field.description?.length ?? 0) > 2 ? [] : [name],
  )
}

function expectAscending(low: Cost, expected: Cost, worst: Cost): void {
  for (const unit of ['tokens', 'usd', 'timeMs'] as const) {
    const values = [low[unit], expected[unit], worst[unit]]
    expect(
      values.every((value) => Number.isFinite(value) && value >= 0),
      `${unit}: ${values.join(', ')}`,
    ).toBe(true)
    expect(values, unit).toEqual(values.toSorted((left, right) => left - right))
  }
}
