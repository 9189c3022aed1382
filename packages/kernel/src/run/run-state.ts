import { combineOrigins, type Origin } from '../points/origin.js'
import type { Message, ModelResponse } from '../points/provider.js'
import type { Answer, Question } from '../points/step.js'
import { addUsage, noUsage, type Usage } from '../points/usage.js'
import type { JournalRecord } from './journal-record.js'
import type { ItemProblem, StepProblem, StoppedStep } from './step-outcome.js'

export interface CompletedStep {
  readonly status: 'succeeded' | 'skipped'
  readonly output: unknown
  /** What had gone wrong, when the step went on with another output. */
  readonly problem?: StepProblem
  /** The items of a for_each that went on with another output. */
  readonly problems?: readonly ItemProblem[]
  /** The output is an earlier run's. */
  readonly cached?: boolean
  readonly attempts: number
  readonly durationMs: number
  readonly usage: Usage
  readonly origin: Origin | null
}

type RunEnd = Extract<JournalRecord, { type: 'run-finished' }>
type Failure = Pick<Extract<JournalRecord, { type: 'step-failed' }>, 'attempts' | 'durationMs'>

/** What a journal says has happened so far: all that a resumed run needs to know. */
export class RunState {
  /** By step path. */
  readonly completed = new Map<string, CompletedStep | StoppedStep>()
  /** Steps that were started and whose end nobody recorded, with when that was. */
  readonly unfinished = new Map<string, number>()
  /** Steps that were given up without knowing whether they have had their effect, with when they were started. */
  readonly uncertain = new Map<string, number>()
  /** Steps that were done and are to be done again. */
  readonly repeated = new Set<string>()
  /** The pipeline files that steps have run. */
  readonly nested = new Map<string, { readonly file: string; readonly digest: string }>()
  /** Steps that failed since the run was last taken up. */
  readonly failures = new Map<string, Failure>()
  /** The open question of each step that has one. */
  readonly questions = new Map<string, Question>()
  /** Lists that a for_each goes over and that cannot be worked out again. */
  readonly lists = new Map<string, readonly unknown[]>()
  /** What has been said in conversations that steps go on with. */
  readonly sessions = new Map<string, readonly Message[]>()
  /** How the run last came to a stop; undefined while it goes on. */
  end: RunEnd | undefined
  firstAt: number | undefined
  lastAt = 0
  private readonly held = new Map<string, Map<string, ModelResponse>>()
  private readonly answers = new Map<string, Answer>()
  private readonly spent = new Map<string, { usage: Usage; readonly origins: Set<Origin> }>()

  static from(records: Iterable<JournalRecord>): RunState {
    const state = new RunState()
    for (const record of records) state.apply(record)
    return state
  }

  /** What the model calls of a step used, those of failed attempts, items and nested pipelines included; '' for the whole run. */
  usageOf(path: string): { readonly usage: Usage; readonly origin: Origin | null } {
    const spent = this.spent.get(path)
    return spent ? { usage: spent.usage, origin: combineOrigins(spent.origins) } : unspent
  }

  /** What a person has answered to this very question of a step; an answer to another one does not count. */
  answerTo(step: string, question: Question): Answer | undefined {
    return this.answers.size === 0 ? undefined : this.answers.get(questionKey(step, question))
  }

  /** An answer of a model to this very request of a step, which is paid for and need not be asked for again. */
  heldAnswer(step: string, request: string): ModelResponse | undefined {
    return this.held.get(step)?.get(request)
  }

  /** Whether a step has answers of models that it need not ask for again. */
  holdsAnswers(step: string): boolean {
    return this.held.has(step)
  }

  apply(record: JournalRecord): void {
    this.firstAt ??= record.at
    this.lastAt = record.at
    switch (record.type) {
      case 'run-resumed':
        this.end = undefined
        this.failures.clear()
        for (const step of record.again ?? []) this.forget(step, false)
        break
      case 'run-edited':
        for (const step of record.again) this.forget(step, step !== record.from)
        break
      case 'nested-started': {
        const before = this.nested.get(record.step)
        if (before && before.digest !== record.digest) this.forget(`${record.step}/`, true)
        this.nested.set(record.step, record)
        break
      }
      case 'run-finished':
        this.end = record
        break
      case 'step-started':
        this.unfinished.set(record.step, record.at)
        this.uncertain.delete(record.step)
        break
      case 'step-finished':
        this.finish(record)
        break
      case 'step-failed': {
        const startedAt = this.unfinished.get(record.step)
        if (startedAt !== undefined && record.error.code === 'STEP_TIMEOUT') this.uncertain.set(record.step, startedAt)
        this.unfinished.delete(record.step)
        this.failures.set(record.step, { attempts: record.attempts, durationMs: record.durationMs })
        break
      }
      case 'step-paused':
        this.unfinished.delete(record.step)
        break
      case 'items-listed':
        this.lists.set(record.step, record.items)
        break
      case 'session-said':
        this.sessions.set(record.session, [...(this.sessions.get(record.session) ?? []), ...record.messages])
        break
      case 'answer-held': {
        const held = this.held.get(record.step)
        if (held) held.set(record.request, record.response)
        else this.held.set(record.step, new Map([[record.request, record.response]]))
        break
      }
      case 'answers-dropped':
        this.held.delete(record.step)
        break
      case 'model-called':
        this.spend(record)
        break
      case 'asked':
        this.questions.set(record.step, record.question)
        break
      case 'answered': {
        const question = this.questions.get(record.step)
        if (question) this.answers.set(questionKey(record.step, question), record.answer)
        this.questions.delete(record.step)
        break
      }
      default:
    }
  }

  /**
   * Forgets the parts of a step that is done, which only its journal needs to keep: what a run holds in memory grows with its
   * outputs, not with its history.
   */
  forgetParts(paths: Iterable<string>): void {
    for (const path of paths) {
      this.completed.delete(path)
      this.spent.delete(path)
      this.failures.delete(path)
    }
  }

  private finish(record: Extract<JournalRecord, { type: 'step-finished' }>): void {
    const { step } = record
    // What a step that ended its pipeline early gave is how.
    this.completed.set(step, record as CompletedStep | StoppedStep)
    // It cost nothing now, and what it says is what answered then.
    if (record.cached && record.origin) for (const path of ['', ...ancestors(step)]) this.spentAt(path).origins.add(record.origin)
    if (this.unfinished.size > 0) this.unfinished.delete(step)
    if (this.repeated.size > 0) this.repeated.delete(step)
    if (this.held.size > 0) this.held.delete(step)
  }

  /**
   * As if a step, and everything inside of it, had never been done. What it cost stays, and that it was done once.
   * @param step its path; with a slash at the end, only what is inside of it
   */
  private forget(step: string, asksBefore: boolean): void {
    for (const path of this.completed.keys()) if (asksBefore && isAtOrIn(path, step)) this.repeated.add(path)
    for (const map of [this.completed, this.failures, this.lists, this.questions, this.held, this.unfinished]) {
      for (const path of map.keys()) if (isAtOrIn(path, step)) map.delete(path)
    }
  }

  private spend(call: Extract<JournalRecord, { type: 'model-called' }>): void {
    const usage = { calls: 1, inputTokens: call.usage.inputTokens, outputTokens: call.usage.outputTokens, usd: call.usd }
    for (const path of ['', ...ancestors(call.step)]) {
      const spent = this.spentAt(path)
      spent.usage = addUsage(spent.usage, usage)
      if (call.ok) spent.origins.add(call.origin)
    }
  }

  private spentAt(path: string): { usage: Usage; readonly origins: Set<Origin> } {
    const known = this.spent.get(path)
    if (known) return known
    const spent = { usage: noUsage, origins: new Set<Origin>() }
    this.spent.set(path, spent)
    return spent
  }
}

const unspent = { usage: noUsage, origin: null }

function questionKey(step: string, { kind, message, subject }: Question): string {
  return JSON.stringify([step, kind, message, subject])
}

/** What stands between a step and what is in it: an item of its list, a turn of its loop, a step in it. */
const within = new Set(['[', '(', '/'])

/** `a[3]/b` lies in `a` and `a[3]`. */
export function isAtOrIn(path: string, step: string): boolean {
  return path === step || (path.startsWith(step) && (step.endsWith('/') || within.has(path.charAt(step.length))))
}

/** `a[3]/b` is part of `a`, `a[3]` and itself. */
function ancestors(path: string): string[] {
  const ends = [...path.matchAll(/[[(/]/g)].map((match) => match.index)
  return [...ends.map((end) => path.slice(0, end)), path].filter((part, index, parts) => parts.indexOf(part) === index)
}
