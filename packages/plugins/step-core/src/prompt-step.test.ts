import { createEstimateContext, createStepContext, testStep, type StepContextOptions } from '@pipewright/kernel/conformance'
import type { z } from 'zod'
import { describe, expect, test } from 'vitest'
import { promptStep } from './prompt-step.js'

const schema = {
  type: 'object',
  required: ['urgency'],
  additionalProperties: false,
  properties: { urgency: { enum: ['low', 'high'] }, score: { type: 'integer' } },
}

testStep(promptStep, {
  examples: [
    { name: 'text', input: { prompt: 'Say hello.' }, context: () => ({ model: () => 'Hello.' }) },
    { name: 'JSON', input: { prompt: 'How urgent?', schema }, context: () => ({ model: () => '{"urgency":"high"}' }) },
    {
      name: 'JSON that has to be corrected',
      input: { prompt: 'How urgent?', schema },
      context: () => ({ model: (_request, call) => (call < 3 ? '{"urgency":"HIGH"}' : '{"urgency":"high"}') }),
    },
    {
      name: 'with an image',
      input: { prompt: 'What is this?', images: ['a.png'], documents: ['b.pdf'] },
      context: () => ({ files: { 'a.png': new Uint8Array([137, 80]), 'b.pdf': '%PDF' }, model: () => 'A cat.' }),
    },
  ],
  refused: [{}, { prompt: '' }, { prompt: 'a', schema: 'text' }, { prompt: 'a', max_output_tokens: 0 }, { prompt: 'a', temperature: 3 }],
})

async function prompt(
  input: z.input<typeof promptStep.input>,
  options: StepContextOptions,
): Promise<{ output: unknown; requests: Awaited<ReturnType<typeof createStepContext>>['requests']; progress: readonly string[] }> {
  const { context, requests, progress } = await createStepContext(options)
  return { output: await promptStep.run(promptStep.input.parse(input), context), requests, progress }
}

describe('what is asked', () => {
  test('is what the pipeline says', async () => {
    const { requests } = await prompt(
      { prompt: 'Hi', system: 'Be brief.', schema, max_output_tokens: 77, min_output_tokens: 7, temperature: 0.5 },
      { model: () => '{"urgency":"low"}' },
    )
    expect(requests).toEqual([
      {
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
        system: 'Be brief.',
        outputSchema: schema,
        maxOutputTokens: 77,
        minOutputTokens: 7,
        temperature: 0.5,
      },
    ])
  })

  test('shows files before the words', async () => {
    const { requests } = await prompt(
      { prompt: 'What?', images: ['in/cat.JPG'], documents: ['b.pdf'] },
      { files: { 'in/cat.JPG': new Uint8Array([255, 216]), 'b.pdf': '%PDF-1.7' }, model: () => 'ok' },
    )
    expect(requests[0]?.messages[0]?.content).toEqual([
      { type: 'image', mediaType: 'image/jpeg', base64: '/9g=', name: 'cat.JPG' },
      { type: 'document', mediaType: 'application/pdf', base64: 'JVBERi0xLjc=', name: 'b.pdf' },
      { type: 'text', text: 'What?' },
    ])
  })

  test.each([{ images: ['a.pdf'] }, { documents: ['a.png'] }, { images: ['a'] }])('refuses files of another kind: %j', async (files) => {
    const { context, requests } = await createStepContext({ files: { 'a.pdf': 'x', 'a.png': 'x', a: 'x' } })
    await expect(promptStep.run(promptStep.input.parse({ prompt: 'x', ...files }), context)).rejects.toMatchObject({ code: 'FILE_INVALID' })
    expect(requests).toEqual([])
  })
})

describe('an answer in JSON', () => {
  test.each([
    ['{"urgency":"low"}'],
    ['\n {"urgency": "low"}\n'],
    ['```json\n{"urgency": "low"}\n```'],
    ['Sure! Here it is:\n{"urgency": "low"}\nAnything else?'],
  ])('is found in %j', async (text) => {
    expect((await prompt({ prompt: 'x', schema }, { model: () => text })).output).toEqual({ urgency: 'low' })
  })

  test('that does not fit is asked for again, with what is wrong and nothing more', async () => {
    const { output, requests, progress } = await prompt(
      { prompt: 'How urgent is it?', schema },
      { model: (_request, call) => ['{"urgency":"HIGH","score":1.5}', 'It is high.', '{"urgency":"high"}'][call - 1] ?? '' },
    )
    expect(output).toEqual({ urgency: 'high' })
    expect(requests.map((request) => request.messages.length)).toEqual([1, 3, 5])
    const said = requests[1]?.messages.map((message) => message.content[0]).map((part) => (part?.type === 'text' ? part.text : ''))
    expect(said?.[1]).toBe('{"urgency":"HIGH","score":1.5}')
    expect(said?.[2]).toContain('- /urgency: must be equal to one of the allowed values ("low", "high")')
    expect(said?.[2]).toContain('- /score: must be integer')
    expect(said?.[2]).not.toContain('How urgent')
    expect(progress).toHaveLength(2)
  })

  test('that never fits is an error after two corrections', async () => {
    const { context, requests } = await createStepContext({ model: () => '{"urgency":"none","other":1}' })
    await expect(promptStep.run(promptStep.input.parse({ prompt: 'x', schema }), context)).rejects.toMatchObject({
      code: 'MODEL_OUTPUT_INVALID',
      message: expect.stringMatching(/after 2 corrections: .*\(other\)/) as string,
      retryable: true,
    })
    expect(requests).toHaveLength(3)
  })

  test('that was cut off is not asked for again', async () => {
    const { context, requests } = await createStepContext({ model: () => ({ text: '{"urgency":"hi', finishReason: 'length' }) })
    await expect(promptStep.run(promptStep.input.parse({ prompt: 'x', schema }), context)).rejects.toMatchObject({
      code: 'MODEL_OUTPUT_INVALID',
      hint: expect.stringContaining('max_output_tokens (it is 1024)') as string,
      retryable: false,
    })
    expect(requests).toHaveLength(1)
  })

  test.each([
    ['another document', { $ref: 'https://example.com/schema.json' }],
    ['nonsense', { type: 'strnig' }],
    ['a pattern of 300 letters', { properties: { a: { pattern: 'a'.repeat(300) } } }],
    ['a pattern of 300 letters for names', { patternProperties: { ['a'.repeat(300)]: {} } }],
    ['100,000 letters', { description: 'x'.repeat(100_000) }],
  ])('is not asked for by a schema with %s', async (_what, unusable) => {
    const { context, requests } = await createStepContext({ model: () => '{}' })
    await expect(promptStep.run(promptStep.input.parse({ prompt: 'x', schema: unusable }), context)).rejects.toMatchObject({
      code: 'STEP_INPUT_INVALID',
    })
    expect(requests, 'nothing was paid for').toEqual([])
  })

  test('is held against a pattern that would backtrack without end', async () => {
    const { context } = await createStepContext({ model: () => JSON.stringify(`${'a'.repeat(60)}!`) })
    const input = promptStep.input.parse({ prompt: 'x', schema: { type: 'string', pattern: '^(a+)+$' } })
    await expect(promptStep.run(input, context)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
  })

  test('may be asked for by two schemas of the same $id', async () => {
    const first = { $id: 'https://example.com/a', type: 'object', required: ['a'] }
    const second = { $id: 'https://example.com/a', type: 'object', required: ['b'] }
    expect((await prompt({ prompt: 'x', schema: first }, { model: () => '{"a":1}' })).output).toEqual({ a: 1 })
    expect((await prompt({ prompt: 'x', schema: second }, { model: () => '{"b":1}' })).output).toEqual({ b: 1 })
  })
})

describe('an answer in words', () => {
  test('that was cut off is given as it is, and said to be', async () => {
    const { output, progress } = await prompt({ prompt: 'x' }, { model: () => ({ text: 'Once upon', finishReason: 'length' }) })
    expect(output).toBe('Once upon')
    expect(progress[0]).toContain('cut off')
  })

  test('that was filtered is an error', async () => {
    await expect(prompt({ prompt: 'x' }, { model: () => ({ text: 'I', finishReason: 'filtered' }) })).rejects.toMatchObject({
      code: 'PROVIDER_FILTERED',
    })
  })
})

describe('the estimate', () => {
  test('rests on the length of the prompt and on max_output_tokens', async () => {
    const estimate = await promptStep.estimate?.({ prompt: 'x'.repeat(4000), max_output_tokens: 3000 }, createEstimateContext())
    expect(estimate?.low.tokens).toBe(1050 + 300)
    expect(estimate?.expected.tokens).toBe(1050 + 1000)
    expect(estimate?.worst.tokens).toBe(4200 + 3000)
    expect(estimate?.worst.usd).toBeCloseTo((4200 + 5 * 3000) / 1e6, 9)
  })

  test('counts corrections, images and documents at worst', async () => {
    const worst = async (input: z.input<typeof promptStep.input>): Promise<number> =>
      (await promptStep.estimate?.(promptStep.input.parse(input), createEstimateContext()))?.worst.tokens ?? 0
    const plain = await worst({ prompt: 'x' })
    expect(await worst({ prompt: 'x', schema })).toBeGreaterThan(3 * plain)
    expect(await worst({ prompt: 'x', images: ['a.png'] })).toBe(plain + 8000)
    expect(await worst({ prompt: 'x', documents: ['a.pdf'] })).toBe(plain + 50_000)
  })
})
