import { PipewrightError } from '../errors/pipewright-error.js'
import type { PlannedGuardrail } from '../pipeline/plan.js'
import type { HostServices } from '../plugin/services.js'
import type { ExtensionPoints } from '../points/extension-points.js'
import type { Guardrail, GuardrailSubject, Verdict } from '../points/guardrail.js'
import type { Question } from '../points/step.js'
import type { RunEvent } from './run-result.js'
import type { RunJournal } from './run-journal.js'

/** How long a guardrail may think, in milliseconds. */
const timeLimitMs = 10_000

export interface GuardCheck {
  readonly step: string | null
  /** How to ask a person, where a run can wait for one. */
  readonly ask?: (question: Question) => Promise<unknown>
}

interface LoadedGuardrail {
  readonly guardrail: Guardrail
  readonly options: unknown
}

/** The guardrails of one run. One that throws or does not finish in time blocks. */
export class RunGuards {
  private readonly loaded: readonly LoadedGuardrail[]
  private readonly journal: RunJournal
  private readonly services: HostServices
  private readonly emit: (event: RunEvent) => void

  private constructor(loaded: readonly LoadedGuardrail[], journal: RunJournal, services: HostServices, emit: (event: RunEvent) => void) {
    this.loaded = loaded
    this.journal = journal
    this.services = services
    this.emit = emit
  }

  static async load(
    planned: readonly PlannedGuardrail[],
    points: ExtensionPoints,
    journal: RunJournal,
    services: HostServices,
    emit: (event: RunEvent) => void,
  ): Promise<RunGuards> {
    const loaded = await Promise.all(
      planned.map(async ({ id, options }) => {
        const guardrail = await points.get('guardrail', id)
        if (!guardrail) throw new PipewrightError('UNKNOWN_GUARDRAIL', `There is no guardrail "${id}".`)
        return { guardrail, options: guardrail.options.parse(options) }
      }),
    )
    return new RunGuards(loaded, journal, services, emit)
  }

  watches(type: GuardrailSubject['type']): boolean {
    return this.loaded.some(({ guardrail }) => guardrail.subjects.includes(type))
  }

  /** @returns the text of a prompt or answer as it may go on. @throws GUARDRAIL_BLOCKED, GUARDRAIL_FAILED */
  async checkText(subject: Extract<GuardrailSubject, { type: 'prompt' | 'answer' }>, where: GuardCheck): Promise<string> {
    let text = subject.text
    for (const { guardrail, options } of this.loaded) {
      if (!guardrail.subjects.includes(subject.type)) continue
      const verdict = await this.decide(guardrail, options, { ...subject, text }, where)
      if (verdict.action === 'fix') text = verdict.text
    }
    return text
  }

  /** @throws GUARDRAIL_BLOCKED, GUARDRAIL_FAILED */
  async checkValue(subject: Exclude<GuardrailSubject, { type: 'prompt' | 'answer' }>): Promise<void> {
    for (const { guardrail, options } of this.loaded) {
      if (guardrail.subjects.includes(subject.type)) await this.decide(guardrail, options, structuredClone(subject), { step: null })
    }
  }

  private async decide(guardrail: Guardrail, options: unknown, subject: GuardrailSubject, where: GuardCheck): Promise<Verdict> {
    const verdict = await this.ask(guardrail, options, subject)
    if (verdict.action === 'allow') return verdict
    const { action, findings } = verdict
    const said = findings.map((finding) => finding.message).join('; ') || 'no reason given'
    await this.journal.record({ type: 'guardrail', guardrail: guardrail.id, step: where.step, action, findings })
    if (action === 'block' || (action === 'ask' && !where.ask)) {
      throw new PipewrightError('GUARDRAIL_BLOCKED', `The guardrail "${guardrail.id}" stopped the ${describeSubject(subject)}: ${said}`, {
        details: { guardrail: guardrail.id, findings },
      })
    }
    if (action === 'ask')
      await where.ask?.({
        kind: 'approval',
        message: `The guardrail "${guardrail.id}" asks about the ${describeSubject(subject)}: ${said}. Go on?`,
      })
    if (action === 'warn') this.emit({ type: 'warning', step: where.step, message: `${guardrail.id}: ${said}` })
    return verdict
  }

  private async ask(guardrail: Guardrail, options: unknown, subject: GuardrailSubject): Promise<Verdict> {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(new Error(`no verdict within ${timeLimitMs / 1000} s`)), timeLimitMs)
    const late = new Promise<never>((_resolve, reject) =>
      deadline.signal.addEventListener('abort', () => reject(deadline.signal.reason), { once: true }),
    )
    try {
      const context = { signal: deadline.signal, logger: this.services.logger, clock: this.services.clock }
      return await Promise.race([guardrail.check(subject, options, context), late])
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new PipewrightError('GUARDRAIL_FAILED', `The guardrail "${guardrail.id}" could not decide, so it blocks: ${reason}`, {
        details: { guardrail: guardrail.id },
        cause: error,
      })
    } finally {
      clearTimeout(timer)
    }
  }
}

function describeSubject(subject: GuardrailSubject): string {
  return subject.type === 'prompt' || subject.type === 'answer' ? `${subject.type} of step "${subject.step}"` : subject.type
}
