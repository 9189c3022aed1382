import { isDeepStrictEqual } from 'node:util'
import type { PlannedCall, PlannedStep } from '../pipeline/plan.js'
import type { Message } from '../points/provider.js'
import type { Answer, Question, StepContext, StepSession, StepTools } from '../points/step.js'
import type { Deadline } from './deadline.js'
import { StopPipeline } from './early-stop.js'
import type { Caller } from './model-gateway.js'
import { Pause } from './pause.js'
import type { Unstamped } from './run-journal.js'
import type { RunScope } from './run-scope.js'

/** Runs a pipeline file as a part of the step at `path`. @returns its outputs */
export type RunNested = (
  file: string,
  inputs: Readonly<Record<string, unknown>>,
  path: string,
  signal: AbortSignal,
  scope: RunScope,
) => Promise<Readonly<Record<string, unknown>>>

/** One attempt of a step. */
export interface Attempt {
  readonly step: PlannedStep
  readonly call: PlannedCall
  readonly path: string
  readonly deadline: Deadline
  readonly timeoutMs: number
  readonly nest: RunNested
  readonly tools: StepTools | null
  readonly idempotencyKey: string
}

/** What one attempt of a step is given to work with, and what it has to say for the journal when it succeeds. */
export function createStepContext(
  scope: RunScope,
  { step, call, path, deadline, timeoutMs, nest, tools, idempotencyKey }: Attempt,
): { readonly context: StepContext; readonly said: () => readonly Unstamped[] } {
  const ask = (question: Question): Promise<Answer> => askPerson(scope, path, question)
  const session = step.document.session === undefined ? null : openSession(scope, path, step.document.session)
  const caller: Omit<Caller, 'signal'> = { step: path, models: call.models, timeoutMs, ask, keepsAnswers: tools !== null }
  const context: StepContext = {
    // Made when it is asked for: most steps are done before they would look.
    get signal() {
      return deadline.signal
    },
    logger: scope.services.logger,
    clock: scope.services.clock,
    random: scope.services.random,
    get fetch() {
      return scope.points.fetchFor(call.type.kind, call.type.id)
    },
    files: scope.files,
    run: { id: scope.runId, step: path },
    models: { generate: (request) => scope.models.generate(request, { ...caller, signal: deadline.signal }) },
    ask,
    runPipeline: (file, inputs) => scope.work.track(path, nest(file, inputs, path, deadline.signal, scope)),
    progress: (message) => scope.emit({ type: 'step-progress', step: path, message }),
    tools,
    session,
    idempotencyKey,
    stop(end) {
      throw new StopPipeline(end)
    },
  }
  return { context, said: () => session?.said() ?? [] }
}

/**
 * The conversation of that name. Every item of a for_each, every tool call and every nested pipeline has its own; the turns of
 * a loop go on with one.
 */
function openSession(scope: RunScope, path: string, name: string): StepSession & { said(): readonly Unstamped[] } {
  const around = path.slice(0, path.lastIndexOf('/') + 1).replaceAll(/\(\d+\)/g, '')
  const session = `${around}${name}`
  const added: Message[] = []
  return {
    messages: scope.journal.state.sessions.get(session) ?? [],
    append: (messages) => void added.push(...messages),
    said: () => (added.length === 0 ? [] : [{ type: 'session-said', step: path, session, messages: added }]),
  }
}

/** The answer to a question, when a person has given it; otherwise the question is recorded and the step pauses. */
export async function askPerson(scope: RunScope, path: string, question: Question): Promise<Answer> {
  const { state } = scope.journal
  const answer = state.answerTo(path, question)
  if (answer) return answer
  if (!isDeepStrictEqual(state.questions.get(path), question)) await scope.journal.record({ type: 'asked', step: path, question })
  throw new Pause(question)
}
