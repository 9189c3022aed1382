import { isDeepStrictEqual } from 'node:util'
import { PipewrightError } from '../errors/pipewright-error.js'
import { everyStepOf, type Plan, type PlannedGuardrail } from '../pipeline/plan.js'
import type { HostServices } from '../plugin/services.js'
import type { ExtensionPoints } from '../points/extension-points.js'
import type { Guardrail, GuardrailSubject, Verdict } from '../points/guardrail.js'
import type { Answer, Question } from '../points/step.js'
import { Deadline } from './deadline.js'
import type { RunEvent } from './run-result.js'
import type { RunJournal } from './run-journal.js'

/** How long a guardrail may think, in milliseconds. */
const timeLimitMs = 10_000

export interface GuardCheck {
  readonly step: string | null
  /** How to ask a person, where a run can wait for one. */
  readonly ask?: (question: Question) => Promise<Answer>
}

interface LoadedGuardrail {
  readonly planned: PlannedGuardrail
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
    return new RunGuards(await loadAll(planned, points), journal, services, emit)
  }

  /** These and others, for a pipeline that is nested in the run and has guardrails of its own. */
  async with(planned: readonly PlannedGuardrail[], points: ExtensionPoints): Promise<RunGuards> {
    const others = planned.filter((one) => !this.loaded.some((loaded) => isDeepStrictEqual(loaded.planned, one)))
    if (others.length === 0) return this
    return new RunGuards([...this.loaded, ...(await loadAll(others, points))], this.journal, this.services, this.emit)
  }

  /** The pipeline's own, and those of what is around it. */
  get inForce(): readonly PlannedGuardrail[] {
    return this.loaded.map(({ planned }) => planned)
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

  /** What a pipeline is about to do, and on what. @throws GUARDRAIL_BLOCKED, GUARDRAIL_FAILED */
  async checkStart(plan: Plan, inputs: unknown): Promise<void> {
    if (this.loaded.length === 0) return
    const { pipeline } = plan.document
    const subjects = [...everyStepOf(plan)].flatMap(({ id, document: { uses, with: given = {} } }) =>
      uses === undefined ? [] : [{ id, uses, with: given }],
    )
    await this.checkValue({ type: 'plan', pipeline, steps: subjects, inputs })
    await this.checkValue({ type: 'inputs', pipeline, value: inputs })
  }

  /** What came out of it. @throws GUARDRAIL_BLOCKED, GUARDRAIL_FAILED */
  checkOutputs({ document }: Plan, outputs: unknown): Promise<void> {
    return this.checkValue({ type: 'outputs', pipeline: document.pipeline, value: outputs })
  }

  private async checkValue(subject: Exclude<GuardrailSubject, { type: 'prompt' | 'answer' }>): Promise<void> {
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
    if (action === 'ask') {
      const answer = await where.ask?.({
        kind: 'approval',
        message: `The guardrail "${guardrail.id}" asks about the ${describeSubject(subject)}: ${said}. Go on?`,
        // The leave is for this text and no other.
        ...('text' in subject ? { subject: subject.text } : {}),
      })
      if (answer?.approved !== true)
        throw new PipewrightError(
          'GUARDRAIL_BLOCKED',
          `${answer?.by ?? 'Nobody'} did not let the ${describeSubject(subject)} pass that the guardrail "${guardrail.id}" asked about: ${answer?.reason ?? said}`,
          { details: { guardrail: guardrail.id, findings } },
        )
    }
    if (action === 'warn') this.emit({ type: 'warning', step: where.step, message: `${guardrail.id}: ${said}` })
    return verdict
  }

  private async ask(guardrail: Guardrail, options: unknown, subject: GuardrailSubject): Promise<Verdict> {
    const { clock, logger } = this.services
    const deadline = new Deadline(clock, timeLimitMs, () => new Error(`no verdict within ${timeLimitMs / 1000} s`))
    try {
      const check = async (): Promise<Verdict> => guardrail.check(subject, options, { signal: deadline.signal, logger, clock })
      const verdict = await deadline.race(check())
      mustBeVerdict(verdict, subject)
      return verdict
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new PipewrightError('GUARDRAIL_FAILED', `The guardrail "${guardrail.id}" could not decide, so it blocks: ${reason}`, {
        details: { guardrail: guardrail.id },
        cause: error,
      })
    } finally {
      deadline.end()
    }
  }
}

function loadAll(planned: readonly PlannedGuardrail[], points: ExtensionPoints): Promise<LoadedGuardrail[]> {
  return Promise.all(
    planned.map(async (one) => {
      const guardrail = await points.get('guardrail', one.id)
      if (!guardrail) throw new PipewrightError('UNKNOWN_GUARDRAIL', `There is no guardrail "${one.id}".`)
      return { planned: one, guardrail, options: guardrail.options.parse(one.options) }
    }),
  )
}

const actions = new Set(['allow', 'warn', 'fix', 'ask', 'block'])

/** A guardrail comes from outside: what it says is not taken for a verdict because its type says so. */
function mustBeVerdict(verdict: Verdict, subject: GuardrailSubject): void {
  if (typeof verdict !== 'object' || verdict === null || !actions.has(verdict.action)) throw new Error('it gave no verdict')
  if (verdict.action !== 'allow' && !Array.isArray(verdict.findings)) throw new Error('its verdict has no findings')
  if (verdict.action !== 'fix') return
  if (!('text' in subject)) throw new Error(`it wants to mend the ${subject.type}, and only prompts and answers can be mended`)
  if (typeof verdict.text !== 'string') throw new Error('its verdict has no text')
}

function describeSubject(subject: GuardrailSubject): string {
  return subject.type === 'prompt' || subject.type === 'answer' ? `${subject.type} of step "${subject.step}"` : subject.type
}
