import {
  PipewrightError,
  type FinishReason,
  type ModelChunk,
  type ModelRequest,
  type ToolCallPart,
  type TokenUsage,
} from '@pipewright/kernel'
import { knownEvents, streamEventSchema, type StreamEvent, type StreamUsage } from './stream-events.js'

const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'filtered',
}

/** Far more than any model says: what is longer does not come from one. */
const longestAnswer = 16 * 1024 * 1024

interface Answering {
  model: string
  text: string
  /** The JSON of the calls that are being made, by the number of their block. */
  readonly calls: Map<number, { readonly id: string; readonly tool: string; json: string }>
  readonly usage: Required<{ [Key in keyof StreamUsage]: number }>
  stopReason: string | undefined
  isComplete: boolean
}

/**
 * Reads the events of a message as chunks.
 * @param options.isSchemaTold the answer is JSON by request only: it is passed on when it is whole, without a code fence
 * @throws PROVIDER_BAD_RESPONSE when the events are not those of a whole message
 */
export async function* readStream(
  events: AsyncIterable<unknown>,
  request: ModelRequest,
  { isSchemaTold }: { readonly isSchemaTold: boolean },
): AsyncGenerator<ModelChunk> {
  const answering = begin(request)
  for await (const unread of events) {
    const said = take(answering, readEvent(unread))
    if (said === '') continue
    answering.text += said
    if (answering.text.length > longestAnswer) throw badResponse('is longer than any answer of a model')
    if (!isSchemaTold) yield { type: 'text', text: said }
  }
  if (!answering.isComplete) throw badResponse('ended before it was complete')
  const text = isSchemaTold ? withoutFence(answering.text) : answering.text
  if (isSchemaTold && text !== '') yield { type: 'text', text }
  const finishReason = finishReasons[answering.stopReason ?? ''] ?? 'stop'
  const toolCalls = readCalls(answering, finishReason)
  yield { type: 'end', response: { text, toolCalls, usage: readUsage(answering), finishReason, model: answering.model, origin: 'real' } }
}

function begin(request: ModelRequest): Answering {
  const usage = { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens_details: 0 }
  return { model: request.model, text: '', calls: new Map(), usage, stopReason: undefined, isComplete: false }
}

/** Undefined for an event of a kind that is newer than this. */
function readEvent(unread: unknown): StreamEvent | undefined {
  const parsed = streamEventSchema.safeParse(unread)
  if (parsed.success) return parsed.data
  const type = typeof unread === 'object' && unread !== null && 'type' in unread ? unread.type : undefined
  if (typeof type === 'string' && !knownEvents.has(type)) return undefined
  throw badResponse('holds an event that is none of the Messages API')
}

/** Adds an event to the answer. @returns the text that it says */
function take(answering: Answering, event: StreamEvent | undefined): string {
  switch (event?.type) {
    case undefined:
    case 'content_block_stop':
      return ''
    case 'message_start':
      answering.model = event.message.model
      addUsage(answering, event.message.usage)
      return ''
    case 'content_block_start':
      if (event.content_block.type === 'tool_use') {
        const { id, name } = event.content_block
        answering.calls.set(event.index, { id, tool: name, json: '' })
      }
      return event.content_block.type === 'text' ? event.content_block.text : ''
    case 'content_block_delta':
      if (event.delta.type === 'input_json_delta') addJson(answering, event.index, event.delta.partial_json)
      return event.delta.type === 'text_delta' ? event.delta.text : ''
    case 'message_delta':
      answering.stopReason = event.delta.stop_reason ?? answering.stopReason
      if (event.usage) addUsage(answering, event.usage)
      return ''
    case 'message_stop':
      answering.isComplete = true
      return ''
  }
}

function addJson({ calls }: Answering, index: number, json: string): void {
  const call = calls.get(index)
  if (call === undefined) return
  call.json += json
  if (call.json.length > longestAnswer) throw badResponse('is longer than any answer of a model')
}

/** The figures of later events count all that was before. */
function addUsage({ usage }: Answering, told: StreamUsage): void {
  for (const key of ['input_tokens', 'output_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'] as const) {
    usage[key] = told[key] ?? usage[key]
  }
  usage.output_tokens_details = told.output_tokens_details?.thinking_tokens ?? usage.output_tokens_details
}

function readUsage({ usage }: Answering): TokenUsage {
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written, output_tokens_details: thinking } = usage
  return {
    // The API's own figure leaves out what went through the cache.
    inputTokens: usage.input_tokens + read + written,
    outputTokens: usage.output_tokens,
    ...(read > 0 ? { cachedInputTokens: read } : {}),
    ...(written > 0 ? { cacheWriteTokens: written } : {}),
    ...(thinking > 0 ? { reasoningTokens: Math.min(thinking, usage.output_tokens) } : {}),
  }
}

function readCalls({ calls }: Answering, finishReason: FinishReason): ToolCallPart[] {
  return [...calls.values()].flatMap(({ id, tool, json }): ToolCallPart[] => {
    try {
      return [{ type: 'tool-call', id, tool, arguments: json === '' ? {} : (JSON.parse(json) as unknown) }]
    } catch {
      // A call that the cap has cut is none.
      if (finishReason !== 'tool-calls') return []
      throw badResponse(`holds arguments for ${tool} that are not JSON`)
    }
  })
}

function withoutFence(text: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/.exec(text)?.[1] ?? text.trim()
}

function badResponse(what: string): PipewrightError {
  return new PipewrightError('PROVIDER_BAD_RESPONSE', `The answer of Anthropic ${what}.`)
}
