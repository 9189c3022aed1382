import { PipewrightError } from '../errors/pipewright-error.js'
import { nameHint } from '../pipeline/nearest.js'

type PriceList = typeof import('@pydantic/genai-prices')

/** What models cost, in US dollars, from a maintained list that ships with the package. */
export interface PriceBook {
  /** Whether the price of `provider/model` is known. */
  knows(model: string): boolean
  /** @throws PRICE_UNKNOWN */
  price(model: string, usage: PricedUsage): number
  /** The models of a provider that have a price. */
  modelsOf(provider: string): readonly string[]
  /** For people: where the prices come from. */
  readonly source: string
}

export interface PricedUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedInputTokens?: number
  readonly cacheWriteTokens?: number
}

let loading: Promise<PriceBook> | undefined

/** The price list takes 40 ms to load, so it is loaded once and only when a model is named. */
export function loadPriceBook(): Promise<PriceBook> {
  loading ??= import('@pydantic/genai-prices').then(createPriceBook)
  return loading
}

function createPriceBook(list: PriceList): PriceBook {
  const split = (name: string): { provider: string; model: string } => {
    const slash = name.indexOf('/')
    return { provider: name.slice(0, slash), model: name.slice(slash + 1) }
  }
  const calculate = (name: string, usage: PricedUsage): number | null => {
    const { provider, model } = split(name)
    const result = list.calcPrice(
      {
        input_tokens: usage.inputTokens,
        output_tokens: usage.outputTokens,
        ...(usage.cachedInputTokens ? { cache_read_tokens: usage.cachedInputTokens } : {}),
        ...(usage.cacheWriteTokens ? { cache_write_tokens: usage.cacheWriteTokens } : {}),
      },
      model,
      { providerId: provider },
    )
    return result === null ? null : result.total_price
  }
  const modelsOf = (provider: string): string[] => list.findProvider({ providerId: provider })?.models.map((model) => model.id) ?? []
  return {
    source: '@pydantic/genai-prices 0.1.8',
    knows: (model) => calculate(model, { inputTokens: 1, outputTokens: 1 }) !== null,
    modelsOf,
    price(model, usage) {
      const usd = calculate(model, usage)
      if (usd === null) {
        const { provider, model: bare } = split(model)
        throw new PipewrightError('PRICE_UNKNOWN', `The price of ${model} is not known.`, {
          hint: nameHint(bare, modelsOf(provider), 'Name a model with a known price.'),
        })
      }
      return usd
    },
  }
}
