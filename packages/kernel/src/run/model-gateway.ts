import { loadPriceBook } from '../budget/price-book.js'
import type { Reservation, RunBudget } from '../budget/run-budget.js'
import { boundInputTokens, textBound } from '../budget/token-bound.js'
import { PipewrightError, toPipewrightError } from '../errors/pipewright-error.js'
import type { Logger } from '../plugin/services.js'
import type { ExtensionPoints } from '../points/extension-points.js'
import type { CallContext, Message, ModelRequest, ModelResponse, Provider } from '../points/provider.js'
import type { Question, StepModelRequest } from '../points/step.js'
import type { TokenUsage } from '../points/usage.js'
import type { RunSettings } from './journal-record.js'
import type { RunGuards } from './run-guards.js'
import type { RunJournal } from './run-journal.js'
import type { RunEvent } from './run-result.js'

/** The step on whose behalf a model is called. */
export interface Caller {
  /** Its path in the run. */
  readonly step: string
  /** `provider/model` of the step, if it has one. */
  readonly model: string | null
  readonly signal: AbortSignal
  readonly ask: (question: Question) => Promise<unknown>
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
  private readonly logger: Logger
  private readonly emit: (event: RunEvent) => void

  constructor(
    points: ExtensionPoints,
    run: { readonly id: string; readonly settings: RunSettings },
    budget: RunBudget,
    guards: RunGuards,
    journal: RunJournal,
    logger: Logger,
    emit: (event: RunEvent) => void,
  ) {
    this.points = points
    this.runId = run.id
    this.settings = run.settings
    this.budget = budget
    this.guards = guards
    this.journal = journal
    this.logger = logger
    this.emit = emit
  }

  /** @throws BUDGET_EXCEEDED, GUARDRAIL_BLOCKED, PROVIDER_… */
  async generate(asked: StepModelRequest, caller: Caller): Promise<ModelResponse> {
    const route = await this.route(asked.model ?? caller.model, caller)
    const context: CallContext = {
      signal: caller.signal,
      logger: this.logger,
      run: { id: this.runId, step: caller.step },
      settings: this.settings.providerSettings ?? {},
      named: route.context,
    }
    const guarded = await this.guardPrompt(asked, route, caller)
    const {
      model: _model,
      maxOutputTokens = defaultMaxOutputTokens,
      minOutputTokens = Math.min(defaultMinOutputTokens, maxOutputTokens),
      ...rest
    } = guarded
    const uncapped: ModelRequest = { ...rest, model: route.model, maxOutputTokens }
    const inputTokens = (await route.provider.countInput?.(uncapped, context)) ?? boundInputTokens(uncapped)
    const price = await pricing(route)
    const reservation = await this.budget.reserve({
      inputTokens,
      maxOutputTokens,
      minOutputTokens,
      price: (outputTokens) => price({ inputTokens, outputTokens }),
    })
    const request = { ...uncapped, maxOutputTokens: reservation.maxOutputTokens }
    const response = await this.call(route, request, context, caller, reservation, inputTokens, price)
    return this.guardAnswer(response, route, caller)
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
    let streamed = 0
    try {
      for await (const chunk of route.provider.generate(request, context)) {
        if (chunk.type === 'end') {
          const usd = price(chunk.response.usage)
          await reservation.commit({ tokens: chunk.response.usage.inputTokens + chunk.response.usage.outputTokens, usd })
          await this.journalCall(route, caller, chunk.response.usage, usd, chunk.response.origin, true)
          return chunk.response
        }
        streamed += textBound(chunk.text)
        if (show) this.emit({ type: 'text', step: caller.step, text: chunk.text })
      }
      throw new PipewrightError('PROVIDER_BAD_RESPONSE', `${route.named} ended its answer before it was complete.`)
    } catch (thrown) {
      const error = toPipewrightError(thrown, 'PROVIDER_BAD_RESPONSE')
      await this.settleFailure(route, request, caller, reservation, error, { inputTokens, streamed }, price)
      throw thrown
    }
  }

  /** A call that was cut off has cost something, though nobody says how much: the upper bound of it is counted. */
  private async settleFailure(
    route: Route,
    request: ModelRequest,
    caller: Caller,
    reservation: Reservation,
    error: PipewrightError,
    bound: { readonly inputTokens: number; readonly streamed: number },
    price: Price,
  ): Promise<void> {
    const answered = bound.streamed > 0 || caller.signal.aborted || error.code === 'PROVIDER_TIMEOUT'
    if (!answered) {
      await reservation.release()
      return
    }
    const usage: TokenUsage = {
      inputTokens: bound.inputTokens,
      outputTokens: Math.min(bound.streamed, request.maxOutputTokens),
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

  private async route(named: string | null, caller: Caller): Promise<Route> {
    if (named === null) throw new PipewrightError('MISSING_MODEL', `Step "${caller.step}" calls a model, and none is named.`)
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
        message.content.map(async (part) => (part.type === 'text' ? { ...part, text: await check(part.text) } : part)),
      )
      messages.push({ ...message, content })
    }
    return { ...asked, messages, ...(asked.system === undefined ? {} : { system: await check(asked.system) }) }
  }

  private async guardAnswer(response: ModelResponse, route: Route, caller: Caller): Promise<ModelResponse> {
    if (!this.guards.watches('answer')) return response
    const text = await this.guards.checkText(
      { type: 'answer', step: caller.step, model: route.named, text: response.text },
      { step: caller.step, ask: caller.ask },
    )
    return { ...response, text }
  }
}

type Price = (usage: TokenUsage) => number

async function pricing(route: Route): Promise<Price> {
  if (route.free) return () => 0
  const prices = await loadPriceBook()
  return (usage) => prices.price(route.named, usage)
}
