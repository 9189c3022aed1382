import type { FinishReason, ModelChunk, ToolCallPart } from '../points/provider.js'
import type { TokenUsage } from '../points/usage.js'
import { PipewrightError } from '../errors/pipewright-error.js'

/** Far more than any model says: what is longer does not come from one. */
const longestAnswer = 16 * 1024 * 1024

/** What an answer says of itself when it is complete. */
export interface AnswerEnd {
  readonly model: string
  readonly finishReason: FinishReason
  readonly usage: TokenUsage
}

/** Understands the events of one API. */
export interface EventReader {
  /** Takes an event in. @returns the text that it says */
  take(event: unknown): string | Promise<string>
  /** The calls that have been made so far, by whatever tells them apart. */
  readonly calls: ReadonlyMap<unknown, CallText>
  /** When it is true after an event, no more is read, and the call is ended. */
  readonly hasEnough?: boolean
  /** Undefined when the answer is not complete. */
  end(text: string): AnswerEnd | undefined | Promise<AnswerEnd | undefined>
}

/** A tool call whose arguments come in pieces. */
export interface CallText {
  readonly id: string
  readonly tool: string
  json: string
}

export interface ReadAnswerOptions {
  /** The provider's name for people. */
  readonly provider: string
  /** Changes a complete answer, which is then passed on in one piece instead of as it comes. */
  readonly rewrite?: ((text: string) => string) | undefined
}

/**
 * Reads the events of an API's stream as the chunks of an answer.
 * @throws PROVIDER_BAD_RESPONSE when they are not those of a whole answer
 */
export async function* readAnswer(
  events: AsyncIterable<unknown>,
  reader: EventReader,
  { provider, rewrite }: ReadAnswerOptions,
): AsyncGenerator<ModelChunk> {
  let said = ''
  for await (const event of events) {
    const text = await reader.take(event)
    said += text
    if (said.length > longestAnswer) throw badResponse(provider, 'is longer than any answer of a model')
    if (text !== '' && rewrite === undefined) yield { type: 'text', text }
    if (reader.hasEnough === true) break
  }
  const end = await reader.end(said)
  if (end === undefined) throw badResponse(provider, 'ended before it was complete')
  // What is cut off is not what a rewrite expects.
  const text = rewrite === undefined || end.finishReason !== 'stop' ? said : rewrite(said)
  if (rewrite !== undefined && text !== '') yield { type: 'text', text }
  const toolCalls = readCalls(reader.calls, end.finishReason, provider)
  yield { type: 'end', response: { text, toolCalls, ...end, origin: 'real' } }
}

/** Adds a piece of a call's arguments. @throws PROVIDER_BAD_RESPONSE when they are longer than any */
export function addArguments(call: CallText, json: string, provider: string): void {
  call.json += json
  if (call.json.length > longestAnswer) throw badResponse(provider, 'is longer than any answer of a model')
}

export function badResponse(provider: string, what: string): PipewrightError {
  return new PipewrightError('PROVIDER_BAD_RESPONSE', `The answer of ${provider} ${what}.`)
}

function readCalls(calls: EventReader['calls'], finishReason: FinishReason, provider: string): ToolCallPart[] {
  return [...calls.values()].flatMap(({ id, tool, json }): ToolCallPart[] => {
    try {
      return [{ type: 'tool-call', id, tool, arguments: json.trim() === '' ? {} : (JSON.parse(json) as unknown) }]
    } catch {
      // A call that the cap has cut is none.
      if (finishReason !== 'tool-calls') return []
      throw badResponse(provider, `holds arguments for ${tool.slice(0, 100)} that are not JSON`)
    }
  })
}
