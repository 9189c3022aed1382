import { addArguments, badResponse, type CallText, type EventReader, type FinishReason, type TokenUsage } from '@pipewright/kernel'
import { providerName } from './anthropic-config.js'
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

interface Message {
  model: string
  /** By the number of the block. */
  readonly calls: Map<number, CallText>
  readonly usage: Required<{ [Key in keyof StreamUsage]: number }>
  stopReason: string | undefined
  isComplete: boolean
}

/** Understands the events of a streamed message. */
export function createEventReader(model: string): EventReader {
  const usage = { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens_details: 0 }
  const message: Message = { model, calls: new Map(), usage, stopReason: undefined, isComplete: false }
  return {
    calls: message.calls,
    take: (event) => take(message, readEvent(event)),
    end: () =>
      message.isComplete
        ? { model: message.model, finishReason: finishReasons[message.stopReason ?? ''] ?? 'stop', usage: readUsage(message) }
        : undefined,
  }
}

/** Undefined for an event of a kind that is newer than this. */
function readEvent(unread: unknown): StreamEvent | undefined {
  const parsed = streamEventSchema.safeParse(unread)
  if (parsed.success) return parsed.data
  const type = typeof unread === 'object' && unread !== null && 'type' in unread ? unread.type : undefined
  if (typeof type === 'string' && !knownEvents.has(type)) return undefined
  throw badResponse(providerName, 'holds an event that is none of the Messages API')
}

/** Adds an event to the message. @returns the text that it says */
function take(message: Message, event: StreamEvent | undefined): string {
  switch (event?.type) {
    case undefined:
    case 'content_block_stop':
      return ''
    case 'message_start':
      message.model = event.message.model
      addUsage(message, event.message.usage)
      return ''
    case 'content_block_start':
      return takeBlock(message, event)
    case 'content_block_delta': {
      const call = message.calls.get(event.index)
      if (event.delta.type === 'input_json_delta' && call !== undefined) addArguments(call, event.delta.partial_json, providerName)
      return event.delta.type === 'text_delta' ? event.delta.text : ''
    }
    case 'message_delta':
      message.stopReason = event.delta.stop_reason ?? message.stopReason
      if (event.usage) addUsage(message, event.usage)
      return ''
    case 'message_stop':
      message.isComplete = true
      return ''
  }
}

function takeBlock({ calls }: Message, { index, content_block: block }: Extract<StreamEvent, { type: 'content_block_start' }>): string {
  if (block.type === 'tool_use') {
    // The API sends the input in pieces, and an empty one here; some gateways send all of it here.
    const isWhole = Object.keys(block.input ?? {}).length > 0
    calls.set(index, { id: block.id, tool: block.name, json: isWhole ? JSON.stringify(block.input) : '' })
  }
  return block.type === 'text' ? block.text : ''
}

/** The figures of later events count all that was before. */
function addUsage({ usage }: Message, told: StreamUsage): void {
  for (const key of ['input_tokens', 'output_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'] as const) {
    usage[key] = told[key] ?? usage[key]
  }
  usage.output_tokens_details = told.output_tokens_details?.thinking_tokens ?? usage.output_tokens_details
}

function readUsage({ usage }: Message): TokenUsage {
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
