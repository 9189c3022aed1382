import type { Message } from '@pipewright/kernel'
import { createStepContext, type StepContextOptions } from '@pipewright/kernel/conformance'
import { describe, expect, test } from 'vitest'
import { calls, runPrompt, texts, urgencySchema } from './fixtures/run-prompt.js'
import { promptStep } from './prompt-step.js'
import { answerToolCalls } from './tool-round.js'

describe('tools', () => {
  test('are offered, done side by side, and answered in the order of the calls', async () => {
    let first = (): void => {}
    const tools = {
      slow: () => new Promise((resolve) => (first = () => resolve({ rain: true }))),
      // Only when the second call has begun can the first end.
      quick: () => {
        first()
        return 'dry'
      },
    }
    const { output, requests, toolCalls } = await runPrompt(
      { prompt: 'Weather?' },
      {
        tools,
        model: (_request, call) => (call === 1 ? { ...calls(['slow', { at: 'Bonn' }], ['quick', {}]), text: 'Let me look.' } : 'Mixed.'),
      },
    )
    expect(output).toBe('Mixed.')
    expect(toolCalls.map(({ tool }) => tool)).toEqual(['slow', 'quick'])
    expect(requests[0]?.tools?.map(({ name }) => name)).toEqual(['slow', 'quick'])
    expect(requests[1]?.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me look.' },
          { type: 'tool-call', id: 'call-1', tool: 'slow', arguments: { at: 'Bonn' } },
          { type: 'tool-call', id: 'call-2', tool: 'quick', arguments: {} },
        ],
      },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', id: 'call-1', tool: 'slow', content: '{"rain":true}' },
          { type: 'tool-result', id: 'call-2', tool: 'quick', content: 'dry' },
        ],
      },
    ])
  })

  test('that fail are told to the model, which goes on', async () => {
    const tools = {
      broken: () => {
        throw new Error('no line')
      },
    }
    const { output, requests } = await runPrompt(
      { prompt: 'x' },
      { tools, model: (_request, call) => (call === 1 ? calls(['broken', {}], ['other', {}]) : 'ok') },
    )
    expect(output).toBe('ok')
    expect(requests[1]?.messages[2]?.content).toMatchObject([
      { content: 'no line', isError: true },
      { content: 'There is no tool other.', isError: true },
    ])
  })

  test('are called no more often than the step allows', async () => {
    const { context, requests, toolCalls } = await createStepContext({ tools: { again: () => 'more' }, model: () => calls(['again', {}]) })
    await expect(promptStep.run(promptStep.input.parse({ prompt: 'x', max_tool_rounds: 3 }), context)).rejects.toMatchObject({
      code: 'TOOL_ROUNDS_EXCEEDED',
      retryable: false,
      message: 'The model has called tools 3 times and still gives no answer.',
    })
    expect([requests.length, toolCalls.length]).toEqual([4, 3])
  })

  test('count their rounds over repairs too, and the answer has to fit', async () => {
    const tools = { look: () => 'high' }
    const model: StepContextOptions['model'] = (_request, call) =>
      [calls(['look', {}]), 'high', calls(['look', {}]), '{"urgency":"high"}'][call - 1] ?? ''
    expect((await runPrompt({ prompt: 'x', schema: urgencySchema, max_tool_rounds: 2 }, { tools, model })).output).toEqual({
      urgency: 'high',
    })
    await expect(runPrompt({ prompt: 'x', schema: urgencySchema, max_tool_rounds: 1 }, { tools, model })).rejects.toMatchObject({
      code: 'TOOL_ROUNDS_EXCEEDED',
    })
  })

  test('give results that are cut where they get long, where it can be seen', async () => {
    const tools = { long: () => 'ä'.repeat(30_001), short: () => 'short' }
    const { requests } = await runPrompt(
      { prompt: 'x' },
      { tools, model: (_request, call) => (call === 1 ? calls(['long', {}], ['short', {}]) : 'ok') },
    )
    const [long = '', short] = texts(requests[1]?.messages[2])
    expect(long).toBe(`${'ä'.repeat(10_000)}\n… (cut off: the first 20,000 of 60,002 bytes)`)
    expect(short).toBe('short')
  })

  test('share what one round may give, and too many calls are not done', async () => {
    const tools = { long: () => '𝄞'.repeat(10_000) }
    const { requests, toolCalls } = await runPrompt(
      { prompt: 'x' },
      {
        tools,
        model: (_request, call) => (call === 1 ? calls(...Array.from({ length: 18 }, () => ['long', {}] as [string, unknown])) : 'ok'),
      },
    )
    const results = requests[1]?.messages[2]?.content ?? []
    expect([toolCalls.length, results.length]).toEqual([16, 18])
    expect(results.slice(16)).toMatchObject([
      { isError: true, content: expect.stringContaining('at most 16') as string },
      { isError: true },
    ])
    expect(Buffer.byteLength(texts(requests[1]?.messages[2]).join(''))).toBeLessThan(42_000)
    expect(texts(requests[1]?.messages[2])[0], 'no half characters').toMatch(/^𝄞+\n…/u)
  })

  test('that end the run, or make it wait, do so once the others of the round have ended', async () => {
    const ended: string[] = []
    const pause = new Error('waits for a person')
    const tools = {
      definitions: [],
      call: async ({ id, tool }: { id: string; tool: string }) => {
        if (id === 'call-1') throw pause
        await new Promise((resolve) => setImmediate(resolve))
        ended.push(id)
        return { type: 'tool-result' as const, id, tool, content: '' }
      },
    }
    const { toolCalls = [] } = calls(['a', {}], ['b', {}])
    await expect(answerToolCalls({ text: '', toolCalls }, tools)).rejects.toBe(pause)
    expect(ended).toEqual(['call-2'])
  })

  test('are not called with arguments that were cut off', async () => {
    const { context, toolCalls } = await createStepContext({
      tools: { a: () => 1 },
      model: () => ({ ...calls(['a', {}]), finishReason: 'length' }),
    })
    await expect(promptStep.run(promptStep.input.parse({ prompt: 'x' }), context)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' })
    expect(toolCalls).toEqual([])
  })
})

describe('a session', () => {
  const before: Message[] = [
    { role: 'user', content: [{ type: 'text', text: 'My name is Ada.' }] },
    { role: 'assistant', content: [{ type: 'text', text: 'Hello Ada.' }] },
  ]

  test('comes first, and keeps the question and the answer, without repairs, tools and bytes', async () => {
    const answers = ['{"urgency":"HIGH"}', calls(['look', {}]), '{"urgency":"high"}']
    const { requests, said } = await runPrompt(
      { prompt: 'How urgent?', schema: urgencySchema, images: ['a.png'] },
      { session: before, files: { 'a.png': 'x' }, tools: { look: () => 'seen' }, model: (_request, call) => answers[call - 1] ?? '' },
    )
    expect(requests[0]?.messages.slice(0, 2)).toEqual(before)
    expect(requests[0]?.messages[2]?.content[0]).toMatchObject({ type: 'image', base64: 'eA==' })
    expect(said).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: '(image shown here: a.png)' },
          { type: 'text', text: 'How urgent?' },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: '{"urgency":"high"}' }] },
    ])
  })

  test('keeps nothing of a step that fails', async () => {
    const { context, said } = await createStepContext({ session: before, model: () => 'no JSON' })
    await expect(promptStep.run(promptStep.input.parse({ prompt: 'x', schema: urgencySchema }), context)).rejects.toThrow('does not fit')
    expect(said).toEqual([])
  })
})
