import {
  badResponse,
  mapHttpFailure,
  type CallText,
  type EventReader,
  type FinishReason,
  type HttpFailureContext,
  type TokenUsage,
} from '@pipewright/kernel'
import { estimateUsage } from '../estimate-usage.js'
import { statusOfError } from '../map-error.js'
import { providerName } from './convert-request.js'
import { eventSchema, knownEvents, type ResponseEvent, type ResponseFacts, type ResponseUsage } from './event-schema.js'

interface Answer {
  model: string
  /** By the place of the call in the output. */
  readonly calls: Map<number, CallText>
  isRefused: boolean
  /** What the last event says; undefined before it. */
  end: ResponseFacts | undefined
}

/** Understands the events of a streamed response. */
export function createEventReader(context: HttpFailureContext): EventReader {
  const { request } = context
  const answer: Answer = { model: request.model, calls: new Map(), isRefused: false, end: undefined }
  return {
    calls: answer.calls,
    take: (event) => take(answer, readEvent(event), context),
    end: async (text) => {
      const { end, model } = answer
      if (end === undefined) return undefined
      const usage = end.usage ? readUsage(end.usage) : await estimateUsage(request, text + callsText(answer))
      return { model: end.model ?? model, finishReason: finishReasonOf(answer, end), usage }
    },
  }
}

/** Undefined for an event that an answer is not made of. */
function readEvent(unread: unknown): ResponseEvent | undefined {
  const parsed = eventSchema.safeParse(unread)
  if (parsed.success) return parsed.data
  const type = typeof unread === 'object' && unread !== null && 'type' in unread ? unread.type : undefined
  if (typeof type === 'string' && !knownEvents.has(type)) return undefined
  throw badResponse(providerName, 'holds an event that is none of the Responses API')
}

/** Adds an event to the answer. @returns the text that it says */
function take(answer: Answer, event: ResponseEvent | undefined, context: HttpFailureContext): string {
  switch (event?.type) {
    case undefined:
      return ''
    case 'response.created':
      answer.model = event.response.model ?? answer.model
      return ''
    case 'response.refusal.delta':
      answer.isRefused = true
      return event.delta
    case 'response.output_text.delta':
      return event.delta
    case 'response.output_item.done':
      // Whole, with all the pieces of the arguments that came before.
      if (event.item.type === 'function_call') {
        const { call_id: id, name: tool, arguments: json } = event.item
        answer.calls.set(event.output_index, { id, tool, json })
      }
      return ''
    case 'response.completed':
    case 'response.incomplete':
      answer.end = event.response
      return ''
    case 'response.failed': {
      const { code, message } = event.response.error ?? {}
      const failure = { provider: providerName, status: statusOfError([code]), type: code ?? undefined, message: message ?? undefined }
      throw mapHttpFailure(failure, context)
    }
  }
}

function finishReasonOf({ isRefused, calls }: Answer, { incomplete_details: incomplete }: ResponseFacts): FinishReason {
  if (isRefused || incomplete?.reason === 'content_filter') return 'filtered'
  if (incomplete) return 'length'
  return calls.size > 0 ? 'tool-calls' : 'stop'
}

function readUsage({ input_tokens: inputTokens, output_tokens: outputTokens, ...details }: ResponseUsage): TokenUsage {
  const { cached_tokens: read, cache_write_tokens: written } = details.input_tokens_details ?? {}
  const { reasoning_tokens: reasoning } = details.output_tokens_details ?? {}
  return {
    inputTokens,
    outputTokens,
    ...(read ? { cachedInputTokens: read } : {}),
    ...(written ? { cacheWriteTokens: written } : {}),
    ...(reasoning ? { reasoningTokens: reasoning } : {}),
  }
}

function callsText({ calls }: Answer): string {
  return [...calls.values()].map(({ json }) => json).join('')
}
