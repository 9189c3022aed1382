export interface TourModel {
  /** `provider/model` that the pipeline is to name; empty to keep the template's. */
  readonly model: string
  /** Where the run's model calls go; null to the models that the pipeline names. */
  readonly provider: 'simulated' | null
  /** What a person has to know of the answers. */
  readonly note: string
}

/** A real model where there is a key for one, else the simulated provider. */
export function chooseTourModel(environment: Readonly<Record<string, string | undefined>>): TourModel {
  if (environment['ANTHROPIC_API_KEY'])
    return { model: '', provider: null, note: 'ANTHROPIC_API_KEY is set: model calls go to Anthropic and cost real money.' }
  if (environment['OPENAI_API_KEY'])
    return { model: 'openai/gpt-5-mini', provider: null, note: 'OPENAI_API_KEY is set: model calls go to OpenAI and cost real money.' }
  return {
    model: '',
    provider: 'simulated',
    note: 'No API key is set (ANTHROPIC_API_KEY, OPENAI_API_KEY), so the SIMULATED provider answers: made-up text, nothing is paid.',
  }
}
