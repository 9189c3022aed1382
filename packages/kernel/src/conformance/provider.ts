import { describe, expect, onTestFinished, test } from 'vitest'
import { testProviderAbort } from './provider-abort.js'
import { testProviderAnswers } from './provider-answers.js'
import { testProviderFailures } from './provider-failures.js'
import {
  conformanceContext,
  conformanceRequest,
  type ProviderFixture,
  type ProviderScenario,
  type ProviderUnderTest,
  type TestProviderOptions,
} from './provider-scenario.js'

const secret = 'sk-conformance-5f1d0c9e7b3a'

/** What every provider has to do. Call it at the top of a test file. */
export function testProvider(options: TestProviderOptions): void {
  const open = async (scenario: ProviderScenario): Promise<ProviderUnderTest> => {
    const opened = await options.create(scenario, { secret })
    onTestFinished(() => opened.dispose())
    return opened
  }
  const fixture: ProviderFixture = {
    ...options,
    secret,
    open,
    check: (scenario, title, body) => {
      const reason = options.unsupported?.[scenario]
      const why = reason === undefined ? '' : ` (unsupported, ${scenario}: ${reason})`
      test(`${title}${why}`, { skip: reason !== undefined }, async () => body(await open(scenario)))
    },
  }

  describe(`provider conformance: ${options.name}`, () => {
    test('declares its contract, its name, what it can do and what its answers are', async () => {
      const { provider } = await open('answers')
      expect(provider.contract).toBe('v1')
      expect(provider.id).toBe(options.name)
      expect(provider.id).toMatch(/^[a-z][a-z0-9_-]*$/)
      expect(provider.hardCap).toBeTypeOf('boolean')
      expect(['real', 'simulated', 'authored', 'mixed']).toContain(provider.origin)
      expect(['free', 'listed', undefined]).toContain(provider.pricing)
      const booleans = { tools: expect.any(Boolean), images: expect.any(Boolean), documents: expect.any(Boolean) }
      expect(provider.capabilities).toEqual({ ...booleans, outputSchema: expect.any(Boolean) })
    })

    test('bounds the input of a request from above, if it counts at all', async () => {
      const { provider } = await open('answers')
      if (provider.countInput === undefined) return
      const short = await provider.countInput(conformanceRequest(options), conformanceContext(options))
      expect(Number.isSafeInteger(short)).toBe(true)
      expect(short).toBeGreaterThanOrEqual(1)
      const words = Array.from({ length: 2_000 }, (_, index) => `word${index}`).join(' ')
      const long = conformanceRequest(options, { messages: [{ role: 'user', content: [{ type: 'text', text: words }] }] })
      expect(await provider.countInput(long, conformanceContext(options))).toBeGreaterThan(short)
    })

    testProviderAnswers(fixture)
    testProviderAbort(fixture)
    testProviderFailures(fixture)
  })
}
