import type { Logger } from '../plugin/services.js'
import type { Origin } from './origin.js'
import type { TokenUsage } from './usage.js'

/** JSON Schema, draft 2020-12, as a plain object. */
export type JsonSchema = Readonly<Record<string, unknown>>

export interface TextPart {
  readonly type: 'text'
  readonly text: string
}

/** An image or a document given to the model, as bytes in base64. */
export interface MediaPart {
  readonly type: 'image' | 'document'
  /** For example `image/png` or `application/pdf`. */
  readonly mediaType: string
  readonly base64: string
  readonly name?: string
}

/** The model asks for a tool to be called. */
export interface ToolCallPart {
  readonly type: 'tool-call'
  readonly id: string
  readonly tool: string
  readonly arguments: unknown
}

/** What a tool answered. */
export interface ToolResultPart {
  readonly type: 'tool-result'
  /** The id of the call that it answers. */
  readonly id: string
  readonly tool: string
  readonly content: string
  readonly isError?: boolean
}

export type MessagePart = TextPart | MediaPart | ToolCallPart | ToolResultPart

export interface Message {
  readonly role: 'user' | 'assistant' | 'tool'
  readonly content: readonly MessagePart[]
}

export interface ToolDefinition {
  readonly name: string
  readonly description: string
  readonly input: JsonSchema
}

/** One call of a model. */
export interface ModelRequest {
  /** The model's name without its provider, for example `claude-haiku-4-5`. */
  readonly model: string
  readonly system?: string
  readonly messages: readonly Message[]
  readonly tools?: readonly ToolDefinition[]
  /** The answer has to be a JSON value that fits this schema. */
  readonly outputSchema?: JsonSchema
  /** The hard cap on output tokens, hidden reasoning included. Never more than what was reserved. */
  readonly maxOutputTokens: number
  /** 0..2. Default: the provider's. Many models take none any more: they are called without, and the provider logs it. */
  readonly temperature?: number
}

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'filtered'

/** The whole of a model's answer. */
export interface ModelResponse {
  /** The text of the answer; JSON text when a schema was asked for. */
  readonly text: string
  readonly toolCalls: readonly ToolCallPart[]
  readonly usage: TokenUsage
  readonly finishReason: FinishReason
  /** The model that answered, as the provider names it. */
  readonly model: string
  readonly origin: Origin
}

/** A stream of `text` chunks that ends with exactly one `end` chunk, whose response equals the chunks together. */
export type ModelChunk = { readonly type: 'text'; readonly text: string } | { readonly type: 'end'; readonly response: ModelResponse }

/** What a provider is given beside the request. */
export interface CallContext {
  /** Aborts when the step times out, the run is cancelled, or the caller lost interest. */
  readonly signal: AbortSignal
  readonly logger: Logger
  /** The run, and the path of the step within it, that the call is made for. */
  readonly run: { readonly id: string; readonly step: string }
  /** Settings that whoever started the run gave for this provider, for example the cassette folder of a test. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The provider and model that the pipeline names, when the run sends its calls elsewhere. */
  readonly named: { readonly provider: string; readonly model: string; readonly resolve: () => Promise<Provider> } | null
}

export interface ProviderCapabilities {
  readonly tools: boolean
  readonly images: boolean
  readonly documents: boolean
  readonly outputSchema: boolean
}

/** Answers model calls. Contract v1. */
export interface Provider {
  readonly contract: 'v1'
  /** The name before the slash in `provider/model`. */
  readonly id: string
  /**
   * Whether the provider honours `maxOutputTokens` as a hard cap, hidden reasoning included. One that does not is
   * best-effort: its declared worst case is reserved and it is cut off there.
   */
  readonly hardCap: boolean
  readonly capabilities: ProviderCapabilities
  /**
   * What the answers are. `mixed` for a provider (a cassette) whose answers each state their own.
   * Calls to a simulated provider are reserved in accounts of their own.
   */
  readonly origin: Origin | 'mixed'
  /** `true`: any model name is accepted, since the endpoint decides. Default: a name has to be one with a known price. */
  readonly anyModel?: boolean
  /** `free`: calls cost nothing (local or simulated models). `listed`: the price list knows. Default `listed`. */
  readonly pricing?: 'free' | 'listed'
  /** An upper bound of the input tokens of a request, exact where the provider can count. Absent: bytes bound it. */
  countInput?(request: ModelRequest, context: CallContext): Promise<number> | number
  /**
   * Answers a request as a stream. Every failure is a PipewrightError with one of the PROVIDER_ codes; aborting the
   * signal ends the stream and the underlying connection.
   */
  generate(request: ModelRequest, context: CallContext): AsyncIterable<ModelChunk>
}

/** What can be known of a provider without loading it. */
export interface ProviderDescription {
  readonly kind: 'provider'
  readonly id: string
  readonly hardCap: boolean
  readonly origin: Origin | 'mixed'
  readonly capabilities: ProviderCapabilities
  /** `true`: any model name is accepted, since the endpoint decides. `false`: a name has to be one with a known price. */
  readonly anyModel: boolean
  /** `free`: calls cost nothing (local or simulated models). `listed`: the price list knows. Default `listed`. */
  readonly pricing?: 'free' | 'listed'
}
