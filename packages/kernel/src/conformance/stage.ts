import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { GenesisServices, GenesisStage } from '../points/genesis-stage.js'
import { createStepContext, type StepContextOptions } from './step-context.js'

/** What the coordinator may pass to the stage, and what stands around it then. */
export interface StageExample {
  readonly name: string
  readonly reads: unknown
  /** What stands in for the parts of the product that the stage uses. Default: anything it asks for is an error. */
  readonly genesis?: Partial<GenesisServices>
  /** Made anew for each run. */
  readonly context?: () => StepContextOptions
}

export interface TestStageOptions {
  /** At least one, and together every way the stage works. */
  readonly examples: readonly [StageExample, ...StageExample[]]
}

/** What every genesis stage has to do. Call it at the top of a test file. */
// The registries hold stages of every type; the kit gives each only what its own schema has parsed.
// oxlint-disable-next-line no-explicit-any
export function testStage(stage: GenesisStage<any, any>, { examples }: TestStageOptions): void {
  const run = async (example: StageExample, signal?: AbortSignal): Promise<{ written: unknown; calls: number }> => {
    const options = example.context?.() ?? {}
    const { context, requests } = await createStepContext({
      ...options,
      overrides: { ...options.overrides, ...(signal ? { signal } : {}) },
    })
    const written: unknown = await stage.run(stage.reads.parse(example.reads), { ...context, genesis: standIn(example.genesis) })
    return { written, calls: requests.length }
  }

  describe(`genesis stage conformance: ${stage.id}`, () => {
    test('says what it is', () => {
      expect(stage.contract).toBe('v1')
      expect(stage.id).toMatch(/^[a-z][a-z0-9_-]*$/)
      expect(stage.summary.length).toBeGreaterThan(10)
      expect(stage.summary.length).toBeLessThan(200)
    })

    test('describes what it reads and writes as JSON Schema', () => {
      expect(z.toJSONSchema(stage.reads, { io: 'input' }).type).toBe('object')
      expect(z.toJSONSchema(stage.writes, { io: 'output' }).type).toBe('object')
    })

    test('reads nothing that it does not declare', () => {
      const [{ reads }] = examples
      expect(stage.reads.safeParse({ ...(reads as object), not_a_known_key: 1 }).success).toBe(false)
    })

    test.each(examples)('writes what it declares, as JSON: $name', async (example) => {
      const { written } = await run(example)
      expect(stage.writes.safeParse(written).error?.issues).toBeUndefined()
      expect(JSON.parse(JSON.stringify(written)), 'a journal keeps it as JSON').toEqual(written)
    })

    test.each(examples)('does not change what it reads: $name', async (example) => {
      const before = structuredClone(example.reads)
      await run(example)
      expect(example.reads).toEqual(before)
    })

    test('calls a model if it says so, and only then', async () => {
      const runs = await Promise.all(examples.map((example) => run(example)))
      expect(runs.some(({ calls }) => calls > 0)).toBe(stage.usesModel)
    })

    test.runIf(!stage.usesModel).each(examples)('writes the same for the same: $name', async (example) => {
      expect((await run(example)).written).toEqual((await run(example)).written)
    })

    test.each(examples)('ends when its run has ended: $name', async (example) => {
      const stopped = new Error('stopped')
      const ending = run(example, AbortSignal.abort(stopped)).then(
        () => 'ended',
        (error: unknown) => error,
      )
      expect(['ended', stopped]).toContain(await ending)
    })
  })
}

function standIn(given: Partial<GenesisServices> = {}): GenesisServices {
  const unexpected = (what: string) => async (): Promise<never> => {
    throw new Error(`The stage asked for ${what}, and the test names none.`)
  }
  return {
    templates: { label: 'stand-in', search: unexpected('a search'), fetch: unexpected('a template') },
    validate: unexpected('a validation'),
    runTests: unexpected('a test run'),
    findFile: unexpected('a file'),
    ...given,
  }
}
