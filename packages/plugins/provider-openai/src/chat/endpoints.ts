/** What is known of an endpoint that speaks Chat Completions. */
export interface Endpoint {
  /** What it is called where people read it. */
  readonly name: string
  /** Where it is unless configured. */
  readonly baseUrl: string | undefined
  /** The environment variable that holds its key unless configured; undefined when it needs none. */
  readonly apiKeyEnvironment: string | undefined
  /** Whether it holds models to a schema, unless configured. */
  readonly schema: 'strict' | 'told'
  /** Its name for the output cap, unless configured. */
  readonly outputCap: 'max_tokens' | 'max_completion_tokens'
  /** Whether its output cap holds whatever the model, hidden reasoning included. */
  readonly hardCap: boolean
  /** `free`: nobody bills the calls, or nobody knows what they cost. */
  readonly pricing: 'free' | 'listed'
  /** Whether it takes PDF. */
  readonly documents: boolean
}

const local = {
  apiKeyEnvironment: undefined,
  schema: 'strict',
  // The name that all of them know, old versions included.
  outputCap: 'max_tokens',
  hardCap: true,
  pricing: 'free',
  documents: false,
} as const

/** By the id of the provider. */
export const endpoints = {
  ollama: { ...local, name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1' },
  vllm: { ...local, name: 'vLLM', baseUrl: 'http://127.0.0.1:8000/v1' },
  lmstudio: { ...local, name: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1' },
  openrouter: {
    name: 'OpenRouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    apiKeyEnvironment: 'OPENROUTER_API_KEY',
    // Some of its models cannot be held to a schema, and the call would fail.
    schema: 'told',
    outputCap: 'max_tokens',
    // It passes calls on to many hosts, and cannot answer for all of them.
    hardCap: false,
    pricing: 'listed',
    documents: true,
  },
  'openai-compatible': {
    name: 'the OpenAI-compatible endpoint',
    baseUrl: undefined,
    apiKeyEnvironment: undefined,
    schema: 'told',
    outputCap: 'max_tokens',
    hardCap: false,
    pricing: 'free',
    documents: true,
  },
} as const satisfies Record<string, Endpoint>

export type EndpointId = keyof typeof endpoints
