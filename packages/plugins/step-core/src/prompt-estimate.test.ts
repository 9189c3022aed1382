import type { Cost, Estimate } from '@pipewright/kernel'
import { createEstimateContext } from '@pipewright/kernel/conformance'
import type { z } from 'zod'
import { describe, expect, test } from 'vitest'
import { urgencySchema } from './fixtures/run-prompt.js'
import { roles } from './prompt-roles.js'
import { promptStep } from './prompt-step.js'

const one: Cost = { tokens: 1, usd: 0, timeMs: 1 }

describe('the estimate', () => {
  test('rests on the length of the prompt and on max_output_tokens', async () => {
    const estimate = await promptStep.estimate?.({ prompt: 'x'.repeat(4000), max_output_tokens: 3000 }, createEstimateContext())
    expect(estimate?.low.tokens).toBe(1050 + 300)
    expect(estimate?.expected.tokens).toBe(1050 + 1000)
    expect(estimate?.worst.tokens).toBe(4200 + 3000)
    expect(estimate?.worst.usd).toBeCloseTo((4200 + 5 * 3000) / 1e6, 9)
  })

  test('counts repairs, images and documents at worst', async () => {
    const worst = async (input: z.input<typeof promptStep.input>): Promise<number> =>
      (await promptStep.estimate?.(promptStep.input.parse(input), createEstimateContext()))?.worst.tokens ?? 0
    const plain = await worst({ prompt: 'x' })
    expect(await worst({ prompt: 'x', schema: urgencySchema })).toBeGreaterThan(3 * plain)
    expect(await worst({ prompt: 'x', images: ['a.png'] })).toBe(plain + 8000)
    expect(await worst({ prompt: 'x', documents: ['a.pdf'] })).toBe(plain + 50_000)
  })

  test('grows with the square of the rounds of tools at worst, and takes three rounds for likely', async () => {
    const tools = { definitions: [{ name: 'a', description: 'b', input: {} }], call: { low: one, expected: one, worst: one } }
    const cost = async (rounds: number): Promise<Estimate | undefined> =>
      promptStep.estimate?.(promptStep.input.parse({ prompt: 'x', max_tool_rounds: rounds }), createEstimateContext({ tools }))
    const [four, eight] = await Promise.all([cost(4), cost(8)])
    const ratio = (eight?.worst.tokens ?? 0) / (four?.worst.tokens ?? 1)
    expect(ratio).toBeGreaterThan(3)
    expect(ratio).toBeLessThan(5)
    expect(eight?.expected).toEqual(four?.expected)
    expect(eight?.low.tokens).toBeLessThan(eight?.expected.tokens ?? 0)
  })

  test('counts parts, stored files, the role and what was said before', async () => {
    const worst = async (input: z.input<typeof promptStep.input>, sessionTokens = 0): Promise<number> =>
      (
        await promptStep.estimate?.(
          promptStep.input.parse(input),
          createEstimateContext({ sessionTokens: { low: 0, expected: 0, worst: sessionTokens } }),
        )
      )?.worst.tokens ?? 0
    const file = { file: `sha256:${'0'.repeat(64)}`, name: 'n', mediaType: 'text/plain', bytes: 5000 }
    const plain = await worst({ prompt: 'x' })
    expect(await worst({ prompt: ['x', 'yz'] })).toBe(plain + 2 + 4)
    expect(await worst({ prompt: ['x', { file }] })).toBe(plain + 5000 + 1 + 8)
    expect(await worst({ prompt: ['x', { file: 'a.txt' }] })).toBe(plain + 10_000 + 8)
    expect(await worst({ prompt: 'x', role: 'editor' })).toBe(plain + roles.editor.length)
    expect(await worst({ prompt: 'x' }, 700)).toBe(plain + 700)
  })

  test('takes what is not known yet for something', async () => {
    const known = { prompt: '{{ item }}', images: '{{ inputs.images }}', max_output_tokens: '{{ inputs.cap }}' }
    // What the engine gives where a template cannot be evaluated yet: its text.
    const estimate = await promptStep.estimate?.(known as unknown as Partial<z.infer<typeof promptStep.input>>, createEstimateContext())
    expect(estimate?.worst.tokens).toBe(10 + 3 * 8000 + 200 + 1024)
  })
})
