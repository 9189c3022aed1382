import { expect, it } from 'vitest'
import { z } from 'zod'
import { createTestEngine, type TestEngine } from '../fixtures/test-engine.js'
import { scriptedProvider, testStepDefaults } from '../fixtures/test-points.js'
import type { Message, ModelRequest, Provider, ToolCallPart } from '../points/provider.js'
import { defineStep } from '../points/step.js'

/** A step that lets its model call tools until it answers in words, as the prompt step does. */
const agent = defineStep({
  ...testStepDefaults,
  id: 'agent',
  usesModel: true,
  usesTools: true,
  usesSession: true,
  input: z.strictObject({ prompt: z.string() }),
  output: z.string(),
  async run({ prompt }, { models, tools, session }) {
    const asked: Message = { role: 'user', content: [{ type: 'text', text: prompt }] }
    const messages: Message[] = [...(session?.messages ?? []), asked]
    for (;;) {
      const response = await models.generate({ messages: [...messages], ...(tools ? { tools: tools.definitions } : {}) })
      const answered: Message = { role: 'assistant', content: [{ type: 'text', text: response.text }] }
      if (response.toolCalls.length === 0 || !tools) {
        session?.append([asked, answered])
        return response.text
      }
      messages.push(
        { role: 'assistant', content: response.toolCalls },
        { role: 'tool', content: await Promise.all(response.toolCalls.map((call) => tools.call(call))) },
      )
    }
  },
})

/** Calls what it is told to, one answer after the other, then says what it was given. A stand-in for a model. */
function calling(...rounds: readonly (readonly [tool: string, input: unknown])[][]): Provider & { readonly requests: ModelRequest[] } {
  const told = scriptedProvider(() => '')
  return {
    ...told,
    async *generate(request) {
      told.requests.push(request)
      const round = request.messages.filter(({ role }) => role === 'assistant').length
      const toolCalls = (rounds[round] ?? []).map(([tool, input], index): ToolCallPart => ({
        type: 'tool-call',
        id: `${round}.${index}`,
        tool,
        arguments: input,
      }))
      const results = request.messages.flatMap(({ content }) =>
        content.flatMap((part) => (part.type === 'tool-result' ? [`${part.isError ? '!' : ''}${part.content}`] : [])),
      )
      const text = toolCalls.length > 0 ? '' : results.join(', ')
      yield {
        type: 'end',
        response: {
          text,
          toolCalls,
          usage: { inputTokens: 1, outputTokens: 1 },
          finishReason: toolCalls.length > 0 ? 'tool-calls' : 'stop',
          model: request.model,
          origin: 'authored',
        },
      }
    },
  }
}

const text = `pipeline: p
steps:
  - { id: base, uses: value, with: { value: 10 } }
  - id: ask
    uses: agent
    model: scripted/x
    with: { prompt: go }
    tools:
      - id: add
        description: Adds.
        arguments: { type: object, required: [n], properties: { n: { type: number } } }
        uses: value
        with: { value: '{{ arguments.n | plus: steps.base.output }}' }
      - { id: send, description: Sends., uses: send }
outputs: { said: '{{ steps.ask.output }}' }`

async function engineWith(
  provider: Provider,
  work: () => Promise<unknown> = async () => 'sent',
): Promise<TestEngine & { sent: () => number }> {
  let count = 0
  const send = defineStep({
    ...testStepDefaults,
    id: 'send',
    effect: true,
    safeToRepeat: false,
    input: z.strictObject({}),
    output: z.unknown(),
    async run() {
      count++
      return work()
    },
  })
  return { ...(await createTestEngine({ providers: [provider], steps: [agent, send] })), sent: () => count }
}

it('tools are steps: they see what their step sees, and several calls of one answer keep their order', async () => {
  const provider = calling(
    [
      ['add', { n: 1 }],
      ['add', { n: 2 }],
    ],
    [['add', { n: 3 }]],
  )
  const { run } = await engineWith(provider)
  expect(await run(text)).toMatchObject({ status: 'succeeded', outputs: { said: '11, 12, 13' }, usage: { calls: 3 } })
  expect(provider.requests[0]?.tools?.map(({ name }) => name)).toEqual(['add', 'send'])
})

it('what goes wrong in a tool is an answer that the model can do something about', async () => {
  const { run } = await engineWith(
    calling([
      ['add', {}],
      ['sub', {}],
      ['send', {}],
    ]),
    async () => {
      throw new Error('no line')
    },
  )
  const { outputs } = await run(text)
  expect(outputs['said']).toMatch(
    /^!The arguments do not fit: .*"n".*, !There is no tool "sub"\. Tools: add, send\., !STEP_FAILED: no line$/,
  )
})

it('a run that goes on asks the model nothing again and calls no tool again', async () => {
  const interrupt = new AbortController()
  const provider = calling([['send', {}]], [['add', { n: 1 }]])
  let isFirst = true
  const stopping: Provider = {
    ...provider,
    async *generate(request, context) {
      if (isFirst && request.messages.length > 3) {
        isFirst = false
        interrupt.abort()
        context.signal.throwIfAborted()
      }
      yield* provider.generate(request, context)
    },
  }
  const { run, engine, sent } = await engineWith(stopping)
  const first = await run(text, { signal: interrupt.signal })
  expect(first).toMatchObject({ status: 'interrupted' })
  expect(await engine.resume(first.runId)).toMatchObject({ status: 'succeeded', outputs: { said: 'sent, 11' } })
  expect(sent()).toBe(1)
  expect(provider.requests).toHaveLength(3)
})

it('a session goes on from step to step in the order of the document, and each item has its own', async () => {
  const provider = scriptedProvider(({ messages }) => `${messages.length}`)
  const { run } = await engineWith(provider)
  const talk = `pipeline: p
steps:
  - id: each
    for_each: [1, 2]
    steps:
      - { id: one, uses: agent, model: scripted/x, session: chat, with: { prompt: 'one {{ item }}' } }
      - { id: two, uses: agent, model: scripted/x, session: chat, with: { prompt: two } }
  - id: turns
    until: loop.index == 2
    max_iterations: 3
    steps: [{ id: turn, uses: agent, model: scripted/x, session: chat, with: { prompt: more } }]
outputs: { each: '{{ steps.each.output }}', turns: '{{ steps.turns.output }}' }`
  expect(await run(talk)).toMatchObject({
    outputs: {
      each: [
        { one: '1', two: '3' },
        { one: '1', two: '3' },
      ],
      turns: { turn: '3' },
    },
  })
})

it('a conversation is never cut short by the cache, though the defaults ask for it', async () => {
  const provider = scriptedProvider(({ messages }) => `${messages.length}`)
  const { run } = await engineWith(provider)
  const talk = `pipeline: p
defaults: { cache: true }
steps:
  - { id: one, uses: agent, model: scripted/x, session: chat, with: { prompt: one } }
  - { id: two, uses: agent, model: scripted/x, session: chat, with: { prompt: two } }
outputs: { two: '{{ steps.two.output }}' }`
  expect(await run(talk)).toMatchObject({ outputs: { two: '3' } })
  expect(await run(talk)).toMatchObject({ outputs: { two: '3' }, usage: { calls: 2 } })
})
