import { isDeepStrictEqual } from 'node:util'
import type { PlannedCall, PlannedStep } from '../pipeline/plan.js'
import type { Message } from '../points/provider.js'
import type { Answer, Question, StepContext, StepFiles, StepSession, StepTools } from '../points/step.js'
import { redactLogger } from '../secrets/redact-events.js'
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
  readonly files: StepFiles
  /** The value of its `idempotency_key:`, if it has one. */
  readonly once: string | null
}

/**
 * What one attempt of a step is given to work with. There is one for each attempt of each step, and most steps use little of it:
 * what takes making is made when it is asked for.
 */
export class AttemptContext implements StepContext {
  readonly run: StepContext['run']
  private readonly scope: RunScope
  private readonly attempt: Attempt
  private openedSession: ReturnType<typeof openSession> | undefined

  constructor(scope: RunScope, attempt: Attempt) {
    this.scope = scope
    this.attempt = attempt
    this.run = { id: scope.runId, step: attempt.path }
  }

  get signal(): AbortSignal {
    return this.attempt.deadline.signal
  }

  get logger(): StepContext['logger'] {
    const { secrets, services } = this.scope
    return secrets.isIdle ? services.logger : redactLogger(secrets, services.logger)
  }

  get clock(): StepContext['clock'] {
    return this.scope.services.clock
  }

  get random(): StepContext['random'] {
    return this.scope.services.random
  }

  get fetch(): StepContext['fetch'] {
    const { type } = this.attempt.call
    return this.scope.points.fetchFor(type.kind, type.id)
  }

  get files(): StepFiles {
    return this.attempt.files
  }

  get models(): StepContext['models'] {
    const { scope } = this
    const { path, call, timeoutMs, tools } = this.attempt
    const caller: Caller = {
      step: path,
      models: call.models,
      timeoutMs,
      signal: this.signal,
      ask: this.ask,
      keepsAnswers: tools !== null,
      redact: (response) => scope.secrets.redact(response),
    }
    return { generate: (request) => scope.models.generate(request, caller) }
  }

  get ask(): StepContext['ask'] {
    return (question) => askPerson(this.scope, this.attempt.path, question)
  }

  get runPipeline(): StepContext['runPipeline'] {
    const { scope, signal } = this
    const { path, nest } = this.attempt
    return (file, inputs) => scope.work.track(path, nest(file, scope.secrets.conceal(inputs), path, signal, scope))
  }

  get progress(): StepContext['progress'] {
    return (message) => this.scope.emit({ type: 'step-progress', step: this.run.step, message })
  }

  get tools(): StepTools | null {
    return this.attempt.tools
  }

  get session(): StepSession | null {
    const { session } = this.attempt.step.document
    if (session === undefined) return null
    this.openedSession ??= openSession(this.scope, this.attempt.path, session)
    return this.openedSession
  }

  get idempotencyKey(): string {
    return this.attempt.once ?? `${this.scope.runId}/${this.attempt.path}`
  }

  get stop(): StepContext['stop'] {
    return (end) => {
      throw new StopPipeline(end)
    }
  }

  /** What the step has to say for the journal when it has succeeded. */
  said(): readonly Unstamped[] {
    return this.openedSession?.said() ?? []
  }
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
    said: () => (added.length === 0 ? [] : [{ type: 'session-said', step: path, session, messages: scope.secrets.redact(added) }]),
  }
}

/** The answer to a question, when a person has given it; otherwise the question is recorded and the step pauses. */
export async function askPerson(scope: RunScope, path: string, asked: Question): Promise<Answer> {
  const question = scope.secrets.redact(asked)
  const { state } = scope.journal
  const answer = state.answerTo(path, question)
  if (answer) return answer
  if (!isDeepStrictEqual(state.questions.get(path), question)) await scope.journal.record({ type: 'asked', step: path, question })
  throw new Pause(question)
}
