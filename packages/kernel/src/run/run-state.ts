import { combineOrigins, type Origin } from '../points/origin.js'
import type { ModelResponse } from '../points/provider.js'
import type { Answer, Question } from '../points/step.js'
import { addUsage, noUsage, type Usage } from '../points/usage.js'
import type { JournalRecord } from './journal-record.js'

export interface CompletedStep {
  readonly status: 'succeeded' | 'skipped'
  readonly output: unknown
  readonly attempts: number
  readonly durationMs: number
  readonly usage: Usage
  readonly origin: Origin | null
}

/** What a journal says has happened so far: all that a resumed run needs to know. */
export class RunState {
  /** By step path. */
  readonly completed = new Map<string, CompletedStep>()
  /** Steps that were started and whose end nobody recorded, with when that was. */
  readonly unfinished = new Map<string, number>()
  /** Steps that were given up without knowing whether they have had their effect, with when they were started. */
  readonly uncertain = new Map<string, number>()
  /** The open question of each step that has one. */
  readonly questions = new Map<string, Question>()
  /** Model answers that wait for a person's leave, by the step that asked. */
  readonly held = new Map<string, { readonly request: string; readonly response: ModelResponse }>()
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
    return spent ? { usage: spent.usage, origin: combineOrigins(spent.origins) } : { usage: noUsage, origin: null }
  }

  /** What a person has answered to this very question of a step; an answer to another one does not count. */
  answerTo(step: string, question: Question): Answer | undefined {
    return this.answers.get(questionKey(step, question))
  }

  apply(record: JournalRecord): void {
    switch (record.type) {
      case 'step-started':
        this.unfinished.set(record.step, record.at)
        this.uncertain.delete(record.step)
        break
      case 'step-finished': {
        const { status, output, attempts, durationMs, usage, origin } = record
        this.completed.set(record.step, { status, output, attempts, durationMs, usage, origin })
        this.unfinished.delete(record.step)
        break
      }
      case 'step-failed': {
        const startedAt = this.unfinished.get(record.step)
        if (startedAt !== undefined && record.error.code === 'STEP_TIMEOUT') this.uncertain.set(record.step, startedAt)
        this.unfinished.delete(record.step)
        break
      }
      case 'step-paused':
        this.unfinished.delete(record.step)
        break
      case 'answer-held':
        this.held.set(record.step, record)
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

  private spend(call: Extract<JournalRecord, { type: 'model-called' }>): void {
    const usage = { calls: 1, inputTokens: call.usage.inputTokens, outputTokens: call.usage.outputTokens, usd: call.usd }
    for (const path of ['', ...ancestors(call.step)]) {
      const spent = this.spent.get(path) ?? { usage: noUsage, origins: new Set() }
      spent.usage = addUsage(spent.usage, usage)
      if (call.ok) spent.origins.add(call.origin)
      this.spent.set(path, spent)
    }
  }
}

function questionKey(step: string, { kind, message, subject }: Question): string {
  return JSON.stringify([step, kind, message, subject])
}

/** `a[3]/b` is part of `a`, `a[3]` and itself. */
function ancestors(path: string): string[] {
  const ends = [...path.matchAll(/[[/]/g)].map((match) => match.index)
  return [...ends.map((end) => path.slice(0, end)), path].filter((part, index, parts) => parts.indexOf(part) === index)
}
