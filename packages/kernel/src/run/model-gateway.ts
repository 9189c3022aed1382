import type { Reservation, RunBudget } from '../budget/run-budget.js'
import { boundInputTokens } from '../budget/token-bound.js'
import { PipewrightError, toPipewrightError } from '../errors/pipewright-error.js'
import type { Logger } from '../plugin/services.js'
import type { ExtensionPoints } from '../points/extension-points.js'
import type { CallContext, Message, ModelRequest, ModelResponse, Provider } from '../points/provider.js'
import type { Answer, Question, StepModelRequest } from '../points/step.js'
import type { TokenUsage } from '../points/usage.js'
import type { RunSettings } from './journal-record.js'
import { costly, highestPrice, isModelFailure, mustBeCaps, mustBeUsage, pricing, requestKey, type Price } from './model-call.js'
import { Pause } from './pause.js'
import type { PendingWork } from './pending-work.js'
import type { RunGuards } from './run-guards.js'
import type { RunJournal } from './run-journal.js'
import type { RunEvent } from './run-result.js'
import { untilAborted } from './until-aborted.js'

/** The step on whose behalf a model is called. */
export interface Caller {
  /** Its path in the run. */
  readonly step: string
  /** `provider/model`, in the order in which they are asked. */
  readonly models: readonly string[]
  readonly signal: AbortSignal
  /** How long the step may take, in milliseconds. */
  readonly timeoutMs: number
  readonly ask: (question: Question) => Promise<Answer>
  /** The step's answers are kept until it is done, so that it goes on where it was: it has tools, which are not to be called twice. */
  readonly keepsAnswers: boolean
  /** A value as it may be kept: without the secrets that a model may have repeated. */
  readonly redact: (response: ModelResponse) => ModelResponse
}

interface Route {
  readonly provider: Provider
  /** `provider/model` as the pipeline names it; it decides the price. */
  readonly named: string
  readonly model: string
  readonly free: boolean
  readonly context: CallContext['named']
}

const defaultMaxOutputTokens = 1024
const defaultMinOutputTokens = 64

/** Every model call of a run goes through here: guard the prompt, reserve, call, guard the answer, commit, journal. */
export class ModelGateway {
  private readonly points: ExtensionPoints
  private readonly runId: string
  private readonly settings: RunSettings
  private readonly budget: RunBudget
  private readonly guards: RunGuards
  private readonly journal: RunJournal
  private readonly work: PendingWork
  private readonly logger: Logger
  private readonly emit: (event: RunEvent) => void

  constructor(
    points: ExtensionPoints,
    run: { readonly id: string; readonly settings: RunSettings },
    budget: RunBudget,
    guards: RunGuards,
    journal: RunJournal,
    work: PendingWork,
    logger: Logger,
    emit: (event: RunEvent) => void,
  ) {
    this.points = points
    this.runId = run.id
    this.settings = run.settings
    this.budget = budget
    this.guards = guards
    this.journal = journal
    this.work = work
    this.logger = logger
    this.emit = emit
  }

  /** @throws BUDGET_EXCEEDED, GUARDRAIL_BLOCKED, PROVIDER_… */
  generate(asked: StepModelRequest, caller: Caller): Promise<ModelResponse> {
    return this.work.track(caller.step, this.firstAnswer(asked, caller))
  }

  /** Asks each model of the list when the one before could not answer. */
  private async firstAnswer(asked: StepModelRequest, caller: Caller): Promise<ModelResponse> {
    const models = asked.model === undefined ? caller.models : [asked.model]
    if (models.length === 0) throw new PipewrightError('MISSING_MODEL', `Step "${caller.step}" calls a model, and none is named.`)
    for (const [index, model] of models.entries()) {
      const next = models[index + 1]
      try {
        return await this.answer(asked, model, caller)
      } catch (thrown) {
        if (next === undefined || caller.signal.aborted || !isModelFailure(thrown)) throw thrown
        const { code, message } = thrown
        this.emit({ type: 'warning', step: caller.step, message: `${model}: ${code}: ${message} – asks ${next}` })
      }
    }
    throw new Error('A list of models has come to its end without an answer or an error.')
  }

  private async answer(asked: StepModelRequest, model: string, caller: Caller): Promise<ModelResponse> {
    // A step that was given up and goes on all the same spends nothing more.
    caller.signal.throwIfAborted()
    const route = await this.route(model)
    const context: CallContext = {
      signal: caller.signal,
      logger: this.logger,
      run: { id: this.runId, step: caller.step },
      settings: this.settings.providerSettings ?? {},
      named: route.context,
    }
    const guarded = await this.guardPrompt(asked, route, caller)
    const { model: _model, maxOutputTokens = defaultMaxOutputTokens, minOutputTokens = defaultMinOutputTokens, ...rest } = guarded
    mustBeCaps(maxOutputTokens, minOutputTokens)
    const uncapped: ModelRequest = { ...rest, model: route.model, maxOutputTokens }
    const { state } = this.journal
    const held = state.holdsAnswers(caller.step) ? state.heldAnswer(caller.step, requestKey(route.named, uncapped)) : undefined
    if (held) return this.guardAnswer(held, uncapped, route, caller)
    const inputTokens = await this.boundInput(uncapped, route, context)
    const price = await pricing(route)
    caller.signal.throwIfAborted()
    const reservation = await this.budget.reserve({
      inputTokens,
      maxOutputTokens,
      minOutputTokens: Math.min(minOutputTokens, maxOutputTokens),
      price: (outputTokens) => highestPrice(price, inputTokens, outputTokens),
      timeoutMs: caller.timeoutMs,
    })
    const request = { ...uncapped, maxOutputTokens: reservation.maxOutputTokens }
    const response = await this.call(route, request, context, caller, reservation, inputTokens, price)
    if (caller.keepsAnswers) await this.hold(response, uncapped, route, caller)
    return this.guardAnswer(response, uncapped, route, caller)
  }

  /** What the request counts as at most: what its provider says, if that can be, and otherwise its bytes. */
  private async boundInput(request: ModelRequest, route: Route, context: CallContext): Promise<number> {
    const counted = await route.provider.countInput?.(request, context)
    return counted !== undefined && Number.isFinite(counted) && counted >= 0 ? Math.ceil(counted) : boundInputTokens(request)
  }

  private async call(
    route: Route,
    request: ModelRequest,
    context: CallContext,
    caller: Caller,
    reservation: Reservation,
    inputTokens: number,
    price: Price,
  ): Promise<ModelResponse> {
    // Text that a guardrail has still to see is not shown.
    const show = !this.guards.watches('answer')
    let hasText = false
    try {
      for await (const chunk of untilAborted(route.provider.generate(request, context), caller.signal)) {
        if (chunk.type === 'end') {
          const { usage, origin } = chunk.response
          mustBeUsage(usage, route.named)
          const usd = price(usage)
          await reservation.commit({ tokens: usage.inputTokens + usage.outputTokens, usd })
          await this.journalCall(route, caller, usage, usd, origin, true)
          return chunk.response
        }
        hasText = true
        if (show) this.emit({ type: 'text', step: caller.step, text: chunk.text })
      }
      throw new PipewrightError('PROVIDER_BAD_RESPONSE', `${route.named} ended its answer before it was complete.`)
    } catch (thrown) {
      const error = toPipewrightError(thrown, 'PROVIDER_BAD_RESPONSE')
      await this.settleFailure(route, request, caller, reservation, { inputTokens, isCostly: hasText || costly.has(error.code) }, price)
      throw thrown
    }
  }

  /**
   * A call that was cut off has cost something, though nobody says how much: the upper bound of it is counted, which is all
   * that was reserved. The model may have thought unseen, and written more than has arrived.
   */
  private async settleFailure(
    route: Route,
    request: ModelRequest,
    caller: Caller,
    reservation: Reservation,
    bound: { readonly inputTokens: number; readonly isCostly: boolean },
    price: Price,
  ): Promise<void> {
    if (!bound.isCostly && !caller.signal.aborted) {
      await reservation.release()
      return
    }
    const usage: TokenUsage = {
      inputTokens: bound.inputTokens,
      outputTokens: request.maxOutputTokens,
      estimated: true,
    }
    const usd = price(usage)
    await reservation.commit({ tokens: usage.inputTokens + usage.outputTokens, usd })
    const origin = route.provider.origin === 'mixed' ? 'authored' : route.provider.origin
    await this.journalCall(route, caller, usage, usd, origin, false)
  }

  private async journalCall(
    route: Route,
    caller: Caller,
    usage: TokenUsage,
    usd: number,
    origin: ModelResponse['origin'],
    ok: boolean,
  ): Promise<void> {
    await this.journal.record({ type: 'model-called', step: caller.step, model: route.named, usage, usd, origin, ok })
  }

  private hold(response: ModelResponse, request: ModelRequest, route: Route, caller: Caller): Promise<void> {
    return this.journal.record({
      type: 'answer-held',
      step: caller.step,
      request: requestKey(route.named, request),
      response: caller.redact(response),
    })
  }

  private async route(named: string): Promise<Route> {
    const slash = named.indexOf('/')
    const namedProvider = named.slice(0, slash)
    const model = named.slice(slash + 1)
    const id = this.settings.provider ?? namedProvider
    const provider = await this.provider(id)
    const description = await this.points.describe('provider', namedProvider)
    const context = id === namedProvider ? null : { provider: namedProvider, model, resolve: () => this.provider(namedProvider) }
    return { provider, named, model, free: description?.pricing === 'free', context }
  }

  private async provider(id: string): Promise<Provider> {
    const provider = await this.points.get('provider', id)
    if (!provider) throw new PipewrightError('UNKNOWN_PROVIDER', `There is no provider "${id}".`)
    return provider
  }

  private async guardPrompt(asked: StepModelRequest, route: Route, caller: Caller): Promise<StepModelRequest> {
    if (!this.guards.watches('prompt')) return asked
    const check = (text: string): Promise<string> =>
      this.guards.checkText({ type: 'prompt', step: caller.step, model: route.named, text }, { step: caller.step, ask: caller.ask })
    const messages: Message[] = []
    for (const message of asked.messages) {
      const content = await Promise.all(
        message.content.map(async (part) => {
          if (part.type === 'text') return { ...part, text: await check(part.text) }
          return part.type === 'tool-result' ? { ...part, content: await check(part.content) } : part
        }),
      )
      messages.push({ ...message, content })
    }
    return { ...asked, messages, ...(asked.system === undefined ? {} : { system: await check(asked.system) }) }
  }

  private async guardAnswer(response: ModelResponse, request: ModelRequest, route: Route, caller: Caller): Promise<ModelResponse> {
    if (!this.guards.watches('answer')) return response
    try {
      const text = await this.guards.checkText(
        { type: 'answer', step: caller.step, model: route.named, text: response.text },
        { step: caller.step, ask: caller.ask },
      )
      return { ...response, text }
    } catch (thrown) {
      // A person is asked about this answer, so it is this one that goes on when they agree, and it is not paid for twice.
      if (thrown instanceof Pause && !caller.keepsAnswers) await this.hold(response, request, route, caller)
      throw thrown
    }
  }
}
