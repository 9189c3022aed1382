import { describe, expect, test } from 'vitest'
import type { ModelRequest, Provider } from '../points/provider.js'
import {
  collectChunks,
  conformanceContext,
  conformanceRequest,
  type Answer,
  type ProviderFixture,
  type TestProviderOptions,
} from './provider-scenario.js'

const wordSchema = { type: 'object', properties: { word: { type: 'string' } }, required: ['word'], additionalProperties: false }
/** Smaller ones are refused by the Responses API. */
const smallCap = 16
const wordTool = { name: 'look_up', description: 'Looks a word up in a dictionary.', input: wordSchema }

/** Asks, and holds what every answer has to be against the answer. */
async function ask(provider: Provider, options: TestProviderOptions, request: ModelRequest): Promise<Answer> {
  const chunks = await collectChunks(provider.generate(request, conformanceContext(options)))
  const ends = chunks.filter((chunk) => chunk.type === 'end')
  expect(ends, 'exactly one end').toHaveLength(1)
  const end = chunks.at(-1)
  if (end?.type !== 'end') throw new Error('The stream goes on after its end.')
  const { response } = end
  expect(chunks.map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join(''), 'the stream equals the whole').toBe(response.text)
  expect(['stop', 'length', 'tool-calls', 'filtered']).toContain(response.finishReason)
  expect(response.model).not.toBe('')
  expect(['real', 'simulated', 'authored']).toContain(response.origin)
  if (provider.origin !== 'mixed') expect(response.origin).toBe(provider.origin)
  const { estimated, ...figures } = response.usage
  expect([true, false, undefined]).toContain(estimated)
  expect(Object.keys(figures)).toEqual(expect.arrayContaining(['inputTokens', 'outputTokens']))
  for (const [name, tokens] of Object.entries(figures)) {
    expect(Number.isSafeInteger(tokens) && tokens >= 0, `${name}: ${tokens} is a number of tokens`).toBe(true)
  }
  expect((figures.cachedInputTokens ?? 0) + (figures.cacheWriteTokens ?? 0)).toBeLessThanOrEqual(figures.inputTokens)
  expect(figures.reasoningTokens ?? 0).toBeLessThanOrEqual(figures.outputTokens)
  return { chunks, response }
}

export function testProviderAnswers(fixture: ProviderFixture): void {
  const { check } = fixture

  describe('answers', () => {
    check('answers', 'streams an answer whose pieces are the whole, and reports its usage', async ({ provider }) => {
      const request = conformanceRequest(fixture)
      const { response } = await ask(provider, fixture, request)
      expect(response.text).not.toBe('')
      expect(response.toolCalls).toEqual([])
      expect(response.finishReason).toBe('stop')
      const bound = await provider.countInput?.(request, conformanceContext(fixture))
      if (bound !== undefined) expect(bound).toBeGreaterThanOrEqual(response.usage.inputTokens)
    })

    check('answers', 'answers several calls at once, each by itself', async ({ provider }) => {
      const answers = await Promise.all([1, 2, 3].map(() => ask(provider, fixture, conformanceRequest(fixture))))
      for (const { response } of answers) expect(response.text).not.toBe('')
    })

    check('answers-at-length', 'says that an answer was cut at its cap, and keeps to a hard one', async ({ provider }) => {
      const { response } = await ask(provider, fixture, conformanceRequest(fixture, { maxOutputTokens: smallCap }))
      expect(response.finishReason).toBe('length')
      if (provider.hardCap) expect(response.usage.outputTokens).toBeLessThanOrEqual(smallCap)
    })

    check('calls-a-tool', 'passes a tool call on, if it says that it can', async ({ provider }) => {
      if (!provider.capabilities.tools) throw new Error('It declares no tools: name the scenario under `unsupported`.')
      const { response } = await ask(provider, fixture, conformanceRequest(fixture, { tools: [wordTool] }))
      expect(response.finishReason).toBe('tool-calls')
      expect(response.toolCalls).toEqual([
        { type: 'tool-call', id: expect.stringMatching(/./), tool: wordTool.name, arguments: { word: expect.any(String) } },
      ])
    })

    check('fits-a-schema', 'gives JSON when a schema is asked for, if it says that it can', async ({ provider }) => {
      if (!provider.capabilities.outputSchema) throw new Error('It declares no output schema: name the scenario under `unsupported`.')
      const { response } = await ask(provider, fixture, conformanceRequest(fixture, { outputSchema: wordSchema }))
      expect(JSON.parse(response.text)).toEqual({ word: expect.any(String) })
    })

    check('filters', 'says that a content filter stopped the answer', async ({ provider }) => {
      const answered = ask(provider, fixture, conformanceRequest(fixture)).then(
        ({ response }) => response.finishReason,
        (error: unknown) => error,
      )
      const outcome = await answered
      if (outcome !== 'filtered') expect(outcome).toMatchObject({ code: 'PROVIDER_FILTERED' })
    })

    test('names only capabilities as unsupported that it does not declare', async () => {
      const { provider } = await fixture.open('answers')
      if (fixture.unsupported?.['calls-a-tool'] !== undefined) {
        expect(provider.capabilities.tools).toBe(false)
      }
      if (fixture.unsupported?.['fits-a-schema'] !== undefined) {
        expect(provider.capabilities.outputSchema).toBe(false)
      }
    })
  })
}
