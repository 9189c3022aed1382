import {
  addArguments,
  badResponse,
  type AnswerEnd,
  type CallText,
  type EventReader,
  type FinishReason,
  type ModelRequest,
  type TokenUsage,
} from '@pipewright/kernel'
import { estimateUsage } from '../estimate-usage.js'
import { chunkSchema, type CallDelta, type ChunkUsage, type Delta } from './chunk-schema.js'
import type { Endpoint } from './endpoints.js'
import { OutputGauge } from './output-gauge.js'

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'filtered',
}

/** Understands the chunks of a streamed completion. */
export function createChunkReader(request: ModelRequest, endpoint: Endpoint): EventReader {
  return new ChunkReader(request, endpoint)
}

class ChunkReader implements EventReader {
  readonly calls = new Map<number, CallText>()
  hasEnough = false
  private readonly request: ModelRequest
  private readonly provider: string
  /** Absent for endpoints that keep to their cap. */
  private readonly gauge: OutputGauge | undefined
  /** The call that is being made under each index. */
  private readonly making = new Map<number, CallText>()
  private model: string
  private reasoning = ''
  private isRefused = false
  private finishReason: FinishReason | undefined
  private usage: TokenUsage | undefined

  constructor(request: ModelRequest, { name, hardCap }: Endpoint) {
    this.request = request
    this.provider = name
    this.model = request.model
    this.gauge = hardCap ? undefined : new OutputGauge(request.maxOutputTokens)
  }

  async take(unread: unknown): Promise<string> {
    const parsed = chunkSchema.safeParse(unread)
    if (!parsed.success) throw badResponse(this.provider, 'holds a chunk that is none of Chat Completions')
    const { model, choices, usage } = parsed.data
    this.model = model || this.model
    if (usage) this.usage = readUsage(usage)
    // One answer was asked for.
    const [choice] = choices ?? []
    if (choice?.finish_reason) this.finishReason = finishReasons[choice.finish_reason] ?? 'stop'
    return choice?.delta ? this.takeDelta(choice.delta) : ''
  }

  async end(text: string): Promise<AnswerEnd | undefined> {
    if (this.hasEnough) this.finishReason = 'length'
    if (this.finishReason === undefined) return undefined
    const called = [...this.calls.values()].map(({ json }) => json).join('')
    const usage = this.usage ?? (await estimateUsage(this.request, this.reasoning + text + called))
    return { model: this.model, finishReason: this.finishReasonOf(this.finishReason), usage }
  }

  private async takeDelta({ content, refusal, reasoning, reasoning_content: otherReasoning, tool_calls: calls }: Delta): Promise<string> {
    const thought = reasoning || otherReasoning || ''
    this.reasoning += thought
    if (refusal) this.isRefused = true
    const said = (content ?? '') + (refusal ?? '')
    const called = (calls ?? []).map((call) => this.takeCall(call)).join('')
    this.hasEnough = (await this.gauge?.isExceededBy(thought + said + called)) ?? false
    return said
  }

  /** @returns the piece of its arguments */
  private takeCall({ index, id, function: named }: CallDelta): string {
    // Endpoints that leave the index out send each call whole, or its pieces in a row.
    const place = index ?? (id || this.calls.size === 0 ? this.calls.size : this.calls.size - 1)
    const known = this.making.get(place)
    // Some number all calls alike, and tell them apart by their ids.
    const call = known === undefined || (id && id !== known.id) ? this.beginCall(place, id, named?.name) : known
    const piece = named?.arguments ?? ''
    addArguments(call, piece, this.provider)
    return piece
  }

  private beginCall(place: number, id: string | null | undefined, tool: string | null | undefined): CallText {
    if (!tool) throw badResponse(this.provider, 'calls a tool without its name')
    const call: CallText = { id: id || `call_${this.calls.size}`, tool, json: '' }
    this.making.set(place, call)
    this.calls.set(this.calls.size, call)
    return call
  }

  private finishReasonOf(told: FinishReason): FinishReason {
    if (this.isRefused) return 'filtered'
    // Some endpoints say `stop` after calls, too.
    return told === 'stop' && this.calls.size > 0 ? 'tool-calls' : told
  }
}

function readUsage({ prompt_tokens: inputTokens, completion_tokens: completion, total_tokens: total, ...details }: ChunkUsage): TokenUsage {
  const { cached_tokens: read, cache_write_tokens: written } = details.prompt_tokens_details ?? {}
  const { reasoning_tokens: reasoning } = details.completion_tokens_details ?? {}
  // Some endpoints leave hidden reasoning out of the completion, but not out of the total.
  const outputTokens = Math.max(completion, (total ?? 0) - inputTokens)
  return {
    inputTokens,
    outputTokens,
    ...(read ? { cachedInputTokens: Math.min(read, inputTokens) } : {}),
    ...(written ? { cacheWriteTokens: Math.min(written, inputTokens - Math.min(read ?? 0, inputTokens)) } : {}),
    ...(reasoning ? { reasoningTokens: Math.min(reasoning, outputTokens) } : {}),
  }
}
