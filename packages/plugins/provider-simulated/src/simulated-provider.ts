import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  canonicalJson,
  PipewrightError,
  type ModelChunk,
  type ModelRequest,
  type ModelResponse,
  type Provider,
  type ToolCallPart,
} from '@pipewright/kernel'
import { bytesPerToken, countInputTokens, tokensOf } from './count-tokens.js'
import { promptMaterial } from './prompt-material.js'
import { simulateJson } from './simulate-json.js'
import { simulateProse } from './simulate-prose.js'

/** Answers without a model: plausible, free of charge, the same for the same request, and plainly said to be simulated. */
export const simulatedProvider: Provider = {
  contract: 'v1',
  id: 'simulated',
  hardCap: true,
  anyModel: true,
  pricing: 'free',
  origin: 'simulated',
  capabilities: { tools: true, images: true, documents: true, outputSchema: true },
  countInput: countInputTokens,

  async *generate(request, context): AsyncGenerator<ModelChunk> {
    context.signal.throwIfAborted()
    const response = await answer(request)
    for (const text of chunksOf(response.text)) {
      // Lets an abort through, as waiting for a network would.
      await nextTurn()
      context.signal.throwIfAborted()
      yield { type: 'text', text }
    }
    context.signal.throwIfAborted()
    yield { type: 'end', response }
  },
}

async function answer(request: ModelRequest): Promise<ModelResponse> {
  const mostBytes = request.maxOutputTokens * bytesPerToken
  if (!(mostBytes > 0)) throw new PipewrightError('PROVIDER_INVALID_REQUEST', 'An answer needs room for at least one token.')
  const seed = seedOf(request)
  const toolCall = await callTool(request, seed, mostBytes)
  if (toolCall !== undefined) {
    return respond(request, { toolCalls: [toolCall], output: JSON.stringify(toolCall.arguments), text: '', finishReason: 'tool-calls' })
  }
  const material = promptMaterial(request)
  const whole =
    request.outputSchema === undefined ? simulateProse(seed, material) : await simulateJson(request.outputSchema, seed, material, mostBytes)
  const text = cutText(whole, mostBytes)
  return respond(request, { text, output: text, toolCalls: [], finishReason: text === whole ? 'stop' : 'length' })
}

/** Everything of a request decides on the answer but its cap: a smaller budget shortens the answer and changes nothing else. */
function seedOf({ maxOutputTokens: _, ...request }: ModelRequest): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex')
}

/** Calls the first tool once; when it has answered, or its arguments do not fit the cap, there is an answer instead. */
async function callTool(request: ModelRequest, seed: string, mostBytes: number): Promise<ToolCallPart | undefined> {
  const tool = request.tools?.[0]
  const isAnswered = request.messages.some((message) => message.content.some((part) => part.type === 'tool-result'))
  if (tool === undefined || isAnswered) return undefined
  const json = await simulateJson(tool.input, seed, promptMaterial(request), mostBytes)
  if (Buffer.byteLength(json) > mostBytes) return undefined
  return { type: 'tool-call', id: `call-${seed.slice(0, 12)}`, tool: tool.name, arguments: JSON.parse(json) as unknown }
}

function respond(
  request: ModelRequest,
  { output, ...answered }: Pick<ModelResponse, 'text' | 'toolCalls' | 'finishReason'> & { readonly output: string },
): ModelResponse {
  const usage = { inputTokens: countInputTokens(request), outputTokens: tokensOf(output) }
  return { ...answered, usage, model: request.model, origin: 'simulated' }
}

/** As much of a text as fits, cut between characters. */
function cutText(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= mostBytes) return text
  let end = mostBytes
  // A byte that begins with the bits 10 continues a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1
  return bytes.subarray(0, end).toString()
}

/** About ten pieces of a text, each whole characters. */
function chunksOf(text: string): string[] {
  const characters = [...text]
  const size = Math.max(16, Math.ceil(characters.length / 10))
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, index) =>
    characters.slice(index * size, (index + 1) * size).join(''),
  )
}
