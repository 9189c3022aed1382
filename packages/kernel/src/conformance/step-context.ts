import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { guessTokens } from '../budget/likely-tokens.js'
import { textBound } from '../budget/token-bound.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import { freeEstimate } from '../points/estimate.js'
import type { Message, ModelResponse, ToolCallPart } from '../points/provider.js'
import type { Answer, EarlyStop, EstimateContext, Question, StepContext, StepModelRequest } from '../points/step.js'
import { silentLogger, systemClock } from '../plugin/services.js'
import { StopPipeline } from '../run/early-stop.js'
import { Pause } from '../run/pause.js'
import { ProjectFiles } from '../run/project-files.js'
import { standInTools, type StandInTool } from './stand-in-tools.js'
import { temporaryFolder } from './temporary-folder.js'

export interface StepContextOptions {
  /** What stands in for the model: the text of its answer, or more of it. Default: an error, since no call is expected. */
  readonly model?: (request: StepModelRequest, call: number) => string | Partial<ModelResponse>
  /** Files of the project, by path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** What stands in for the step's `tools:`, by name. Default: the step has none. */
  readonly tools?: Readonly<Record<string, StandInTool>>
  /** What has been said in the step's `session:` before. Default: the step has none. */
  readonly session?: readonly Message[]
  /** What a person answers. Default: nobody answers yet, so the step pauses. */
  readonly answer?: Answer
  /** What stands in for the project's other pipelines, by path: their outputs for inputs. */
  readonly pipelines?: Readonly<Record<string, (inputs: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>>>
  /** Parts of the context to replace. */
  readonly overrides?: Partial<StepContext>
}

export interface TestStepContext {
  readonly context: StepContext
  /** The project's folder. */
  readonly root: string
  /** The model calls made so far. */
  readonly requests: readonly StepModelRequest[]
  readonly questions: readonly Question[]
  readonly progress: readonly string[]
  /** The calls of tools so far, in the order in which they began. */
  readonly toolCalls: readonly ToolCallPart[]
  /** What the step has added to its session. */
  readonly said: readonly Message[]
  /** What the step has ended its pipeline with; empty while it has not. */
  readonly stops: readonly EarlyStop[]
}

/**
 * A context for running one step in a test, without an engine. Its files are real ones in a temporary folder; its model,
 * tools, person and nested pipelines are stand-ins that say what the test tells them to, and prove nothing about real ones.
 */
export async function createStepContext(options: StepContextOptions = {}): Promise<TestStepContext> {
  const root = await temporaryFolder()
  for (const [path, content] of Object.entries(options.files ?? {})) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  const requests: StepModelRequest[] = []
  const questions: Question[] = []
  const progress: string[] = []
  const toolCalls: ToolCallPart[] = []
  const said: Message[] = []
  const stops: EarlyStop[] = []
  const signal = options.overrides?.signal ?? new AbortController().signal
  const context: StepContext = {
    signal,
    logger: silentLogger,
    clock: systemClock,
    random: () => 0.5,
    fetch: globalThis.fetch,
    files: new ProjectFiles(root),
    run: { id: 'run-test', step: 'step' },
    idempotencyKey: 'run-test/step',
    tools: options.tools === undefined ? null : standInTools(options.tools, toolCalls),
    session: options.session === undefined ? null : { messages: options.session, append: (messages) => void said.push(...messages) },
    models: {
      async generate(request) {
        signal.throwIfAborted()
        requests.push(request)
        if (!options.model) throw new Error('The step called a model, and the test names none.')
        return standInResponse(request, options.model(request, requests.length))
      },
    },
    async ask(question) {
      questions.push(question)
      if (!options.answer) throw new Pause(question)
      return options.answer
    },
    async runPipeline(path, inputs) {
      signal.throwIfAborted()
      const pipeline = options.pipelines?.[path]
      if (!pipeline) throw new PipewrightError('DOCUMENT_NOT_FOUND', `There is no pipeline ${path}.`)
      return pipeline(inputs)
    },
    progress: (message) => void progress.push(message),
    stop(end) {
      stops.push(end)
      throw new StopPipeline(end)
    },
    ...options.overrides,
  }
  return { context, root, requests, questions, progress, toolCalls, said, stops }
}

/** A context for estimates: a stand-in model at $1 for a million input tokens and $5 for a million output tokens. */
export function createEstimateContext(overrides: Partial<EstimateContext> = {}): EstimateContext {
  return {
    model: 'stand-in/model',
    countTokens: textBound,
    likelyTokens: guessTokens,
    price: (_model, { inputTokens, outputTokens }) => (inputTokens + 5 * outputTokens) / 1e6,
    estimatePipeline: async () => freeEstimate,
    ...overrides,
  }
}

function standInResponse(request: StepModelRequest, answer: string | Partial<ModelResponse>): ModelResponse {
  const given = typeof answer === 'string' ? { text: answer } : answer
  const text = given.text ?? ''
  return {
    text,
    toolCalls: [],
    usage: { inputTokens: textBound(JSON.stringify(request.messages)), outputTokens: Math.ceil(textBound(text) / 4), estimated: true },
    finishReason: 'stop',
    model: 'stand-in',
    origin: 'authored',
    ...given,
  }
}
