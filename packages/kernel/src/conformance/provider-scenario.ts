import type { CallContext, ModelChunk, ModelRequest, ModelResponse, Provider } from '../points/provider.js'
import { silentLogger } from '../plugin/services.js'

/**
 * What the other side of a provider does in a test: the server that it calls, the command that it starts.
 *
 * - `answers`: some text in several pieces.
 * - `answers-at-length`: more text than the request's cap allows, so it is cut there.
 * - `calls-a-tool`: a call of the request's first tool, with `{ "word": … }`, and perhaps some text before it.
 * - `fits-a-schema`: JSON text that fits the request's output schema, `{ "word": … }`.
 * - `answers-slowly`: a first piece of text, then nothing more until the caller gives up.
 * - `is-silent`: accepts the call and never says anything.
 * - `filters`: a content filter stops the answer.
 * - `is-cut-off`: the first pieces of an answer, then the connection breaks.
 * - `is-malformed`: something that cannot be read where a piece of the answer was due.
 * - `is-unreachable`: nobody is there.
 * - the others: the call is refused for that reason. Where the other side can say when to come back, it says two seconds.
 *
 * Whatever is refused should be refused in words that repeat the secret and the prompt, as careless servers do.
 */
export type ProviderScenario =
  | 'answers'
  | 'answers-at-length'
  | 'calls-a-tool'
  | 'fits-a-schema'
  | 'answers-slowly'
  | 'is-silent'
  | 'filters'
  | ProviderFailure

export type ProviderFailure =
  | 'is-cut-off'
  | 'is-malformed'
  | 'is-unreachable'
  | 'is-rate-limited'
  | 'is-overloaded'
  | 'times-out'
  | 'refuses-the-key'
  | 'refuses-the-request'
  | 'finds-it-too-long'

/** What the conformance kit hands to whoever makes the provider. */
export interface ProviderScenarioOptions {
  /** The secret to configure the provider with. It must never be seen in an error. */
  readonly secret: string
}

export interface ProviderUnderTest {
  readonly provider: Provider
  /**
   * How many calls hold something open on the other side: connections at a server, processes of a command. Absent: the
   * provider holds nothing open.
   */
  readonly openCalls?: () => number
  readonly dispose: () => void | Promise<void>
}

export interface TestProviderOptions {
  /** The provider's id. */
  readonly name: string
  /** Makes the provider as its plugin does, with the other side of it behaving as the scenario says. */
  readonly create: (scenario: ProviderScenario, options: ProviderScenarioOptions) => Promise<ProviderUnderTest>
  /** Scenarios that cannot happen to this provider, each with the reason. Their tests are reported as skipped. */
  readonly unsupported?: Partial<Readonly<Record<ProviderScenario, string>>>
  /** What every request of the kit is changed by, for example its model. */
  readonly request?: Partial<ModelRequest>
  /** What every call's context is changed by, for example the settings. */
  readonly context?: Partial<CallContext>
}

/** What the parts of the kit share. */
export interface ProviderFixture extends TestProviderOptions {
  readonly secret: string
  /** The provider in a scenario, disposed of when the test ends. */
  readonly open: (scenario: ProviderScenario) => Promise<ProviderUnderTest>
  /** Adds a test of a scenario; a skipped one, with the reason, when the scenario is unsupported. */
  readonly check: (scenario: ProviderScenario, title: string, body: (opened: ProviderUnderTest) => Promise<void>) => void
}

/** Stands in every prompt of the kit: content, which has no place in an error. */
export const promptMarker = 'a purple giraffe named Quintessa'

export interface Answer {
  readonly chunks: readonly ModelChunk[]
  readonly response: ModelResponse
}

/** A request as the kit makes it, frozen to its leaves, so that a provider that changes it fails. */
export function conformanceRequest(options: TestProviderOptions, more: Partial<ModelRequest> = {}): ModelRequest {
  return deepFreeze<ModelRequest>({
    model: 'conformance-model',
    system: 'You are brief.',
    messages: [{ role: 'user', content: [{ type: 'text', text: `Say something about ${promptMarker}.` }] }],
    maxOutputTokens: 1_000,
    ...options.request,
    ...more,
  })
}

export function conformanceContext(
  options: Pick<TestProviderOptions, 'context'>,
  signal: AbortSignal = new AbortController().signal,
): CallContext {
  return {
    logger: silentLogger,
    run: { id: 'conformance-run', step: 'conformance-step' },
    settings: {},
    named: null,
    ...options.context,
    signal,
  }
}

/** Reads a stream to its end. */
export async function collectChunks(stream: AsyncIterable<ModelChunk>): Promise<ModelChunk[]> {
  const chunks: ModelChunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

/** Reads the first chunk of a stream, and hands back the rest of it. */
export async function readFirst(stream: AsyncIterable<ModelChunk>): Promise<AsyncIterator<ModelChunk>> {
  const iterator = stream[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done === true || first.value.type !== 'text') throw new Error('The stream was to begin with text.')
  return iterator
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}
