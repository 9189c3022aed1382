import type { Logger } from '@pipewright/kernel'

interface Params {
  readonly model?: unknown
  readonly temperature?: number | null
}

/**
 * Reasoning models refuse every temperature. Which ones do is not listed anywhere, so it is learnt: a call that is refused for
 * it, which costs nothing, is made again without, and the next ones to that model are made without from the start.
 */
export class TemperatureRefusals {
  private readonly models = new Set<unknown>()

  async call<Given extends Params, Result>(params: Given, logger: Logger, act: (params: Given) => Promise<Result>): Promise<Result> {
    const { temperature, ...others } = params
    if (temperature === undefined || temperature === null) return act(params)
    // What has been left out is optional.
    const without = others as Given
    if (this.models.has(params.model)) return act(without)
    try {
      return await act(params)
    } catch (error) {
      if (!isRefusal(error)) throw error
      this.models.add(params.model)
      logger.warn('the model takes no temperature: it is left out', { model: params.model })
      return act(without)
    }
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 400 && 'param' in error && error.param === 'temperature'
}
