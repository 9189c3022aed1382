import { createStepContext, testStep } from '@pipewright/kernel/conformance'
import { describe, expect, test } from 'vitest'
import { calls, runPrompt, texts, urgencySchema } from './fixtures/run-prompt.js'
import { roles } from './prompt-roles.js'
import { promptStep } from './prompt-step.js'

testStep(promptStep, {
  examples: [
    { name: 'text', input: { prompt: 'Say hello.' }, context: () => ({ model: () => 'Hello.' }) },
    { name: 'JSON', input: { prompt: 'How urgent?', schema: urgencySchema }, context: () => ({ model: () => '{"urgency":"high"}' }) },
    {
      name: 'JSON that has to be corrected',
      input: { prompt: 'How urgent?', schema: urgencySchema },
      context: () => ({ model: (_request, call) => (call < 3 ? '{"urgency":"HIGH"}' : '{"urgency":"high"}') }),
    },
    {
      name: 'with an image',
      input: { prompt: 'What is this?', images: ['a.png'], documents: ['b.pdf'] },
      context: () => ({ files: { 'a.png': new Uint8Array([137, 80]), 'b.pdf': '%PDF' }, model: () => 'A cat.' }),
    },
    {
      name: 'in parts, in a role',
      input: { prompt: ['Which is right?', { title: 'The first', text: 'a' }, { file: 'b.txt' }], role: 'reviewer', system: ['Be brief.'] },
      context: () => ({ files: { 'b.txt': 'b' }, model: () => 'The first.' }),
    },
    {
      name: 'with tools',
      input: { prompt: 'What is the weather?', max_tool_rounds: 2 },
      context: () => ({
        tools: { weather: () => 'rain' },
        model: (_request, call) => (call % 3 === 0 ? 'It rains.' : calls(['weather', {}])),
      }),
    },
    {
      name: 'in a session',
      input: { prompt: 'And now?' },
      context: () => ({ session: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], model: () => 'Now.' }),
    },
  ],
  refused: [
    {},
    { prompt: '' },
    { prompt: [] },
    { prompt: [{ title: 'a' }] },
    { prompt: [{ text: 'a', file: 'b' }] },
    { prompt: 'a', role: 'wizard' },
    { prompt: 'a', max_repairs: 6 },
    { prompt: 'a', max_tool_rounds: 0 },
    { prompt: 'a', images: [{ file: 'sha256:1' }] },
    { prompt: 'a', schema: 'text' },
    { prompt: 'a', max_output_tokens: 0 },
    { prompt: 'a', temperature: 3 },
  ],
})

describe('what is asked', () => {
  test('is what the pipeline says', async () => {
    const { requests } = await runPrompt(
      { prompt: 'Hi', system: 'Be brief.', schema: urgencySchema, max_output_tokens: 77, min_output_tokens: 7, temperature: 0.5 },
      { model: () => '{"urgency":"low"}' },
    )
    expect(requests).toEqual([
      {
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
        system: 'Be brief.',
        outputSchema: urgencySchema,
        maxOutputTokens: 77,
        minOutputTokens: 7,
        temperature: 0.5,
      },
    ])
  })

  test('shows files before the words', async () => {
    const { requests } = await runPrompt(
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

describe('a prompt in parts', () => {
  const files = { 'notes/a.md': '# Notes\r\n', 'empty.txt': '', 'scan.pdf': '%PDF-1.7' }

  test('is put together in their order, under their titles, without the empty ones', async () => {
    const { requests } = await runPrompt(
      {
        prompt: [
          'Compare.',
          { title: 'Ours', text: 'ours' },
          { text: '' },
          { title: 'Nothing', text: ' ' },
          { file: 'notes/a.md' },
          { file: 'empty.txt' },
        ],
        system: ['Be brief.', { title: 'Style', file: 'notes/a.md' }],
      },
      { files, model: () => 'ok' },
    )
    expect(texts(requests[0]?.messages[0])).toEqual(['Compare.\n\n## Ours\n\nours\n\n## notes/a.md\n\n# Notes\r\n'])
    expect(requests[0]?.system).toBe('Be brief.\n\n## Style\n\n# Notes\r\n')
  })

  test('may hold a file that another step stored', async () => {
    const { context, requests } = await createStepContext({ model: () => 'ok' })
    const file = await context.files.store(Buffer.from('kept'), { name: 'kept.txt', mediaType: 'text/plain' })
    const picture = await context.files.store(new Uint8Array([137, 80]), { name: 'shot', mediaType: 'image/png' })
    await promptStep.run(promptStep.input.parse({ prompt: ['Read.', { file }], images: [picture] }), context)
    expect(requests[0]?.messages[0]?.content).toEqual([
      { type: 'image', mediaType: 'image/png', base64: 'iVA=', name: 'shot' },
      { type: 'text', text: 'Read.\n\n## kept.txt\n\nkept' },
    ])
  })

  test.each([
    [{ prompt: [{ file: 'scan.pdf' }] }, 'FILE_INVALID'],
    [{ prompt: [{ file: 'none.txt' }] }, 'FILE_NOT_FOUND'],
    [{ prompt: [{ file: 'large.txt' }] }, 'FILE_TOO_LARGE'],
    [{ prompt: ['', { file: 'empty.txt' }] }, 'STEP_INPUT_INVALID'],
  ])('costs nothing when a part of it cannot be had: %j', async (input, code) => {
    const { context, requests } = await createStepContext({ files: { ...files, 'large.txt': 'x'.repeat(1024 * 1024 + 1) } })
    await expect(promptStep.run(promptStep.input.parse(input), context)).rejects.toMatchObject({ code })
    expect(requests).toEqual([])
  })
})

describe('a role', () => {
  test('is an instruction, with the step’s own after it', async () => {
    const [alone, both] = await Promise.all([
      runPrompt({ prompt: 'x', role: 'editor' }, { model: () => 'ok' }),
      runPrompt({ prompt: 'x', role: 'editor', system: 'Use British spelling.' }, { model: () => 'ok' }),
    ])
    expect(alone.requests[0]?.system).toBe(roles.editor)
    expect(both.requests[0]?.system).toBe(`${roles.editor}\n\nUse British spelling.`)
  })

  test.each(Object.entries(roles))('%s is told in a sentence or a few', (_name, text) => {
    expect(text.length).toBeGreaterThan(80)
    expect(text.length).toBeLessThan(300)
    expect(text).toMatch(/^You .*\.$/)
  })
})

describe('an answer in JSON', () => {
  test.each([
    ['{"urgency":"low"}'],
    ['\n {"urgency": "low"}\n'],
    ['```json\n{"urgency": "low"}\n```'],
    ['Sure! Here it is:\n{"urgency": "low"}\nAnything else?'],
  ])('is found in %j', async (text) => {
    expect((await runPrompt({ prompt: 'x', schema: urgencySchema }, { model: () => text })).output).toEqual({ urgency: 'low' })
  })

  test('that does not fit is asked for again, with what is wrong and nothing more', async () => {
    const { output, requests, progress } = await runPrompt(
      { prompt: 'How urgent is it?', schema: urgencySchema },
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

  test('that never fits is an error after two repairs', async () => {
    const { context, requests } = await createStepContext({ model: () => '{"urgency":"none","other":1}' })
    await expect(promptStep.run(promptStep.input.parse({ prompt: 'x', schema: urgencySchema }), context)).rejects.toMatchObject({
      code: 'MODEL_OUTPUT_INVALID',
      message: expect.stringMatching(/after 2 repairs: .*\(other\)/) as string,
      retryable: true,
    })
    expect(requests).toHaveLength(3)
  })

  test.each([
    [0, 'does not fit the schema:'],
    [1, 'after 1 repair:'],
    [5, 'after 5 repairs:'],
  ])('is asked for again as often as the step says: %i', async (repairs, message) => {
    const { context, requests } = await createStepContext({ model: () => '{}' })
    await expect(
      promptStep.run(promptStep.input.parse({ prompt: 'x', schema: urgencySchema, max_repairs: repairs }), context),
    ).rejects.toThrow(message)
    expect(requests).toHaveLength(1 + repairs)
  })

  test('that was cut off is not asked for again', async () => {
    const { context, requests } = await createStepContext({ model: () => ({ text: '{"urgency":"hi', finishReason: 'length' }) })
    await expect(promptStep.run(promptStep.input.parse({ prompt: 'x', schema: urgencySchema }), context)).rejects.toMatchObject({
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
    expect((await runPrompt({ prompt: 'x', schema: first }, { model: () => '{"a":1}' })).output).toEqual({ a: 1 })
    expect((await runPrompt({ prompt: 'x', schema: second }, { model: () => '{"b":1}' })).output).toEqual({ b: 1 })
  })
})

describe('an answer in words', () => {
  test('that was cut off is given as it is, and said to be', async () => {
    const { output, progress } = await runPrompt({ prompt: 'x' }, { model: () => ({ text: 'Once upon', finishReason: 'length' }) })
    expect(output).toBe('Once upon')
    expect(progress[0]).toContain('cut off')
  })

  test('that was filtered is an error', async () => {
    await expect(runPrompt({ prompt: 'x' }, { model: () => ({ text: 'I', finishReason: 'filtered' }) })).rejects.toMatchObject({
      code: 'PROVIDER_FILTERED',
    })
  })
})
