import type { z } from 'zod'
import type { Clock, Fetch, Logger, Random } from '../plugin/services.js'
import type { Estimate, TokenRange } from './estimate.js'
import type { JsonSchema, Message, ModelResponse, ToolCallPart, ToolDefinition, ToolResultPart } from './provider.js'

/** The founding document's classes of steps, each with a token limit of its own. */
export type StepClass = 'analysis' | 'generation' | 'validation'

/** A model call as a step asks for it; the model's name, the caps and the reservation are the kernel's business. */
export interface StepModelRequest {
  /** `provider/model`. Default: the step's `model:`, the pipeline's default, the project's default. */
  readonly model?: string
  readonly system?: string
  readonly messages: readonly Message[]
  readonly tools?: readonly ToolDefinition[]
  readonly outputSchema?: JsonSchema
  /** Default 1,024. */
  readonly maxOutputTokens?: number
  /** What the step accepts when less is left in the budget. Default 64. */
  readonly minOutputTokens?: number
  readonly temperature?: number
}

/** Calls models on behalf of one step: reserves before, guards both ways, commits after, journals. */
export interface StepModels {
  generate(request: StepModelRequest): Promise<ModelResponse>
}

/**
 * A file as a value: its bytes lie once, under their content, in the project's state, and are passed by reference. What it
 * holds never changes.
 */
export interface FileValue {
  /** `sha256:` and the digest of the bytes in hexadecimal. */
  readonly file: string
  /** A name for people, with the ending that tells what it is; without folders. */
  readonly name: string
  /** For example `application/pdf`. */
  readonly mediaType: string
  readonly bytes: number
}

/** What a file reads as. */
export interface ProjectFile {
  /** Relative to the project, with forward slashes; absolute for a file outside that the user named. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** The files a run may touch: those of its project, and those that the user named on the command line. */
export interface StepFiles {
  /** @throws FILE_NOT_FOUND, FILE_OUTSIDE_PROJECT, FILE_TOO_LARGE (more than `maxBytes`, default 64 MiB). */
  read(file: string | FileValue, options?: { readonly maxBytes?: number }): Promise<ProjectFile>
  /**
   * Writes whole or not at all. `number` puts -2, -3 … behind the name when another content stands there already.
   * @returns the path written, relative to the project.
   */
  write(path: string, content: string | Uint8Array, options?: { readonly ifExists?: 'number' | 'overwrite' | 'fail' }): Promise<string>
  /** The paths of the project's files that fit a pattern such as `data/*.csv`, in the order of their names. @throws FILE_OUTSIDE_PROJECT */
  list(pattern: string): Promise<readonly string[]>
  /** Keeps bytes under their content, once however often they are given. @throws STATE_UNWRITABLE, FILE_TOO_LARGE */
  store(bytes: Uint8Array, about: { readonly name: string; readonly mediaType: string }): Promise<FileValue>
}

/** A question to a person, which pauses the run until it is answered. */
export interface Question {
  readonly kind: 'approval' | 'input'
  readonly message: string
  /** What the person is shown to decide on. */
  readonly subject?: unknown
  /** For `input`: what the value of the answer has to fit. Default: any text. */
  readonly schema?: JsonSchema
  /** For `input`: what is proposed, and taken when the person gives no value. */
  readonly default?: unknown
}

export interface Answer {
  readonly approved: boolean
  readonly value?: unknown
  readonly reason?: string
  /** Who answered. */
  readonly by: string
  /** RFC 3339, UTC. */
  readonly at: string
}

/** The tools of a step: steps of the pipeline that a model may call. */
export interface StepTools {
  readonly definitions: readonly ToolDefinition[]
  /**
   * Runs the step that a model has called, within the run's budget and journal. What goes wrong in it is an answer too, so
   * that the model can try something else; pauses and the end of the run pass through.
   */
  call(call: ToolCallPart): Promise<ToolResultPart>
}

/** A conversation that several steps of a pipeline go on with. */
export interface StepSession {
  /** What has been said before this step. */
  readonly messages: readonly Message[]
  /** What this step adds: kept when the step succeeds. */
  append(messages: readonly Message[]): void
}

/** What ends a pipeline early. */
export interface EarlyStop {
  /** The pipeline's outputs; those that are not named are null. */
  readonly outputs: Readonly<Record<string, unknown>>
  /** Why, for people. */
  readonly reason?: string
}

/** What a step is given to work with. */
export interface StepContext {
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly clock: Clock
  readonly random: Random
  /** Limited to the hosts that the plugin's manifest names. */
  readonly fetch: Fetch
  readonly models: StepModels
  readonly files: StepFiles
  readonly run: { readonly id: string; readonly step: string }
  /** Asks a person. Returns the answer when there is one; otherwise pauses the run by throwing, which must pass through. */
  ask(question: Question): Promise<Answer>
  /**
   * Runs another pipeline of the project as part of this run and within its budget. The path is relative to the file of
   * the pipeline that the step stands in. @returns its outputs.
   */
  runPipeline(path: string, inputs: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>
  /** Says how far the step is; shown on a terminal, not journaled. */
  progress(message: string): void
  /** What the step's `tools:` offers to a model; null when it has none. */
  readonly tools: StepTools | null
  /** The conversation that the step's `session:` names; null when it names none. */
  readonly session: StepSession | null
  /**
   * The same whenever this step of this run is done again, so that a service that knows such keys does the thing once: the
   * step's `idempotency_key`, or one made of the run and the step.
   */
  readonly idempotencyKey: string
  /** Ends the pipeline that the step stands in, with these outputs. Throws, which must pass through. */
  stop(end: EarlyStop): never
}

/** What can be said of a step's tools before any is called. */
export interface EstimatedTools {
  readonly definitions: readonly ToolDefinition[]
  /** One call of the tool that costs most. */
  readonly call: Estimate
}

/** What an estimate can rest on: prices, and a count of tokens. */
export interface EstimateContext {
  /** The step's model as `provider/model`, if it has one. */
  readonly model: string | null
  /** An upper bound of the tokens in a text. */
  countTokens(text: string): number
  /** The tokens that a text most likely has. */
  likelyTokens(text: string): number
  /** The price of a call in US dollars. 0 for free models. @throws PRICE_UNKNOWN */
  price(model: string, usage: { readonly inputTokens: number; readonly outputTokens: number }): number
  /** The estimate of a pipeline that the step runs. */
  estimatePipeline(path: string): Promise<Estimate>
  /** What the step's `tools:` offers to a model; absent when it has none. */
  readonly tools?: EstimatedTools
  /** What the step's session holds before it; absent when it has none. */
  readonly sessionTokens?: TokenRange
}

/** One unit of work that pipelines can name in `uses:`. Contract v1. */
export interface StepType<Input = unknown, Output = unknown> {
  readonly contract: 'v1'
  readonly id: string
  /** One sentence for lists, editors and documentation. */
  readonly summary: string
  /** What `with:` has to be once rendered. Strings that hold a JSONata expression carry `.meta({ language: 'jsonata' })`. */
  readonly input: z.ZodType<Input>
  readonly output: z.ZodType<Output>
  /** The key of `with:` that holds a JSON Schema of the output, if there is one. */
  readonly outputSchemaFrom?: string
  /** The same input always gives the same output. */
  readonly deterministic: boolean
  /** Running it twice does no harm. One that is not is never silently run again after a crash. */
  readonly safeToRepeat: boolean
  /** Calls models, so it needs one. */
  readonly usesModel: boolean
  /** Does something beside returning a value (writes, asks, sends), so it is worth running even if nobody reads that. */
  readonly effect?: boolean
  /** Offers the step's `tools:` to a model. A step with tools that this is not true of is an error. Default false. */
  readonly usesTools?: boolean
  /** Goes on with the step's `session:`. A step with a session that this is not true of is an error. Default false. */
  readonly usesSession?: boolean
  /** Passes its idempotency key on to a service that honours it, so that it is safe to repeat once a pipeline gives one. */
  readonly usesIdempotencyKey?: boolean
  /** Always ends the pipeline that it stands in, so that nothing runs after it. */
  readonly stops?: boolean
  /** Keys of `with:` that decide what is done to the world: a path, an address, a command. Model output in them is flagged. */
  readonly sensitive?: readonly string[]
  readonly class: StepClass
  /**
   * What a run with this input will cost. `input` may hold placeholders where values are not known before running.
   * Absent: nothing but a little time.
   */
  estimate?(input: Partial<Input>, context: EstimateContext): Estimate | Promise<Estimate>
  run(input: Input, context: StepContext): Promise<Output>
}

/** What can be known of a step type without loading its plugin. */
export interface StepDescription {
  readonly kind: 'step'
  readonly id: string
  readonly summary: string
  readonly input: JsonSchema
  readonly output: JsonSchema
  readonly outputSchemaFrom?: string
  readonly deterministic: boolean
  readonly safeToRepeat: boolean
  readonly usesModel: boolean
  readonly effect?: boolean
  readonly usesTools?: boolean
  readonly usesSession?: boolean
  readonly usesIdempotencyKey?: boolean
  readonly stops?: boolean
  readonly sensitive?: readonly string[]
  /** Whether the step type can estimate what it costs; one that cannot costs nothing but a little time. */
  readonly estimates: boolean
  readonly class: StepClass
}

/** Keeps a step type's input and output types through its definition. */
export function defineStep<Input, Output>(step: StepType<Input, Output>): StepType<Input, Output> {
  return step
}
