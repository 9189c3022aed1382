import { silentLogger, type CallContext, type ModelChunk, type ModelRequest, type ModelResponse } from '@pipewright/kernel'
import { describe, expect, it } from 'vitest'
import { simulatedProvider } from './simulated-provider.js'

const ticket = 'How urgent is this ticket?\nThe server in Berlin is down. Nobody can log in since nine this morning. Please help us soon.'

function request(text: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { model: 'any', messages: [{ role: 'user', content: [{ type: 'text', text }] }], maxOutputTokens: 1_024, ...more }
}

function context(signal = new AbortController().signal): CallContext {
  return { signal, logger: silentLogger, run: { id: 'run', step: 'step' }, settings: {}, named: null }
}

async function answer(asked: ModelRequest): Promise<{ response: ModelResponse; texts: string[] }> {
  const chunks: ModelChunk[] = []
  for await (const chunk of simulatedProvider.generate(asked, context())) chunks.push(chunk)
  const last = chunks.at(-1)
  if (last?.type !== 'end') throw new Error('The stream has no end.')
  return { response: last.response, texts: chunks.flatMap((chunk) => (chunk.type === 'text' ? [chunk.text] : [])) }
}

describe('the simulated provider', () => {
  it('says of every text that it is simulated', async () => {
    const { response } = await answer(request(ticket))
    expect(response.text).toMatch(/^\[simulated\] /)
    expect(response).toMatchObject({ origin: 'simulated', finishReason: 'stop', model: 'any' })
  })

  it('says so within values too, but for what has to be quoted from the prompt', async () => {
    const properties = { advice: { type: 'string' }, quote: { type: 'string' }, title: { type: 'string' } }
    const outputSchema = { type: 'object', required: ['advice', 'quote', 'title'], properties }
    const { response } = await answer(request(ticket, { outputSchema }))
    const value = JSON.parse(response.text) as Record<string, string>
    expect(value['advice']).toMatch(/^\[simulated\] /)
    expect(ticket).toContain(value['quote']?.split(/(?<=[.?!]) /)[0])
  })

  it('answers from the prompt', async () => {
    const { response } = await answer(request(ticket))
    const said = response.text.replace('[simulated] ', '')
    expect(said.split(/(?<=[.?!]) /).every((sentence) => ticket.includes(sentence))).toBe(true)
  })

  it.each([
    ['integer', '[3] The soup was cold\n[8] The waiter was a delight\n', [3, 8]],
    ['string', 'Judge: [{"id":"A-1","body":"x"},{"id": "A-2","body":"y"}]', ['A-1', 'A-2']],
  ])('answers about each item that the prompt numbers, by its number (%s)', async (type, text, ids) => {
    const record = { type: 'object', required: ['id', 'mood'], properties: { id: { type }, mood: { enum: ['good', 'bad'] } } }
    const outputSchema = { type: 'object', required: ['results'], properties: { results: { type: 'array', items: record } } }
    const { response } = await answer(request(text, { outputSchema }))
    const { results } = JSON.parse(response.text) as { results: { id: unknown }[] }
    expect(results.map(({ id }) => id)).toEqual(ids)
  })

  it('answers the same request the same way, in whatever order its keys stand', async () => {
    const schema = { type: 'object', properties: { reply: { type: 'string' } }, required: ['reply'] }
    const reordered = { required: ['reply'], properties: { reply: { type: 'string' } }, type: 'object' }
    const [one, two] = [await answer(request(ticket, { outputSchema: schema })), await answer(request(ticket, { outputSchema: reordered }))]
    expect(one.response.text).toBe(two.response.text)
  })

  it('answers the same within a smaller budget that is large enough', async () => {
    const [one, two] = [await answer(request(ticket)), await answer(request(ticket, { maxOutputTokens: 500 }))]
    expect(one.response.text).toBe(two.response.text)
  })

  it('never says more than the cap, and says when it was cut', async () => {
    for (const maxOutputTokens of [1, 2, 3, 7, 20]) {
      const { response } = await answer(request(`${ticket} 服务器坏了，谁也登录不了。`, { maxOutputTokens }))
      expect(response.usage.outputTokens).toBeLessThanOrEqual(maxOutputTokens)
      expect(Buffer.byteLength(response.text)).toBeLessThanOrEqual(maxOutputTokens * 4)
      expect(response.finishReason).toBe('length')
      expect(response.text).not.toContain('\uFFFD')
    }
  })

  it('shrinks an answer with a schema to the cap', async () => {
    const outputSchema = {
      type: 'object',
      properties: { urgency: { enum: ['low', 'high'] }, reply: { type: 'string' } },
      required: ['urgency'],
    }
    const { response } = await answer(request(ticket, { outputSchema, maxOutputTokens: 6 }))
    expect(response.finishReason).toBe('stop')
    expect(JSON.parse(response.text)).toHaveProperty('urgency')
  })

  it('streams pieces that make up the whole', async () => {
    const { response, texts } = await answer(request(ticket))
    expect(texts.length).toBeGreaterThan(3)
    expect(texts.join('')).toBe(response.text)
  })

  it('counts what goes in and out', async () => {
    const asked = request('x'.repeat(4_000), { system: 'y'.repeat(400) })
    const { response } = await answer(asked)
    expect(response.usage.inputTokens).toBe(1_104)
    expect(simulatedProvider.countInput?.(asked, context())).toBe(1_104)
    expect(response.usage.outputTokens).toBe(Math.ceil(Buffer.byteLength(response.text) / 4))
  })

  it('calls the first tool once, and answers when it has answered', async () => {
    const input = { type: 'object', properties: { city: { enum: ['Berlin', 'Paris'] } }, required: ['city'], additionalProperties: false }
    const asked = request(ticket, { tools: [{ name: 'weather', description: 'The weather in a city', input }] })
    const { response } = await answer(asked)
    const [call] = response.toolCalls
    expect(response).toMatchObject({ finishReason: 'tool-calls', text: '' })
    expect(call).toMatchObject({ tool: 'weather', arguments: { city: expect.stringMatching(/^(Berlin|Paris)$/) } })
    if (call === undefined) return
    const answered = await answer({
      ...asked,
      messages: [
        ...asked.messages,
        { role: 'assistant', content: [call] },
        { role: 'tool', content: [{ type: 'tool-result', id: call.id, tool: 'weather', content: 'It is raining in Berlin today.' }] },
      ],
    })
    expect(answered.response).toMatchObject({ finishReason: 'stop', toolCalls: [] })
    expect(answered.response.text).toContain('It is raining in Berlin today.')
  })

  it('stops when it is aborted', async () => {
    const controller = new AbortController()
    const reason = new Error('no longer needed')
    const read = async (): Promise<void> => {
      for await (const chunk of simulatedProvider.generate(request(ticket), context(controller.signal))) {
        if (chunk.type === 'text') controller.abort(reason)
      }
    }
    await expect(read()).rejects.toBe(reason)
  })
})
