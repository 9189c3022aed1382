import { z } from 'zod'
import { endpoints, type Endpoint } from './chat/endpoints.js'

const baseUrl = z.url({ protocol: /^https?$/ })
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
/** How long the API may take to begin its answer, in milliseconds. */
const timeoutMs = z.int().min(100).max(3_600_000).default(600_000)

const responsesConfigSchema = z.strictObject({
  /** Where the Responses API is, for a gateway that speaks it. */
  baseUrl: baseUrl.default('https://api.openai.com/v1'),
  /** The environment variable that holds the key. */
  apiKeyEnvironment: variable.default('OPENAI_API_KEY'),
  /** The organization and the project that calls are counted for, when the key leaves that open. */
  organization: z.string().min(1).max(200).optional(),
  project: z.string().min(1).max(200).optional(),
  timeoutMs,
  /**
   * Whether the input is counted by the API, which takes a round trip, before it is reserved. Otherwise its bytes bound
   * it. Absent: only for requests that hold images or documents, of which bytes say little.
   */
  countTokens: z.boolean().optional(),
})

const chatConfigSchema = z.strictObject({
  /** Where the API is, up to what stands before `/chat/completions`. */
  baseUrl: baseUrl.optional(),
  /** The environment variable that holds the key. Absent: none is sent, unless the preset has one. */
  apiKeyEnvironment: variable.optional(),
  timeoutMs,
  /** `strict`: the endpoint is told to hold the model to an output schema. `told`: the model is told the schema in words. */
  schema: z.enum(['strict', 'told']).optional(),
  /** The name that the endpoint has for the output cap. */
  outputCap: z.enum(['max_tokens', 'max_completion_tokens']).optional(),
})

function withPreset(preset: Endpoint) {
  return chatConfigSchema.prefault({}).transform(({ timeoutMs: timeout, ...given }) => ({
    baseUrl: given.baseUrl ?? preset.baseUrl,
    apiKeyEnvironment: given.apiKeyEnvironment ?? preset.apiKeyEnvironment,
    schema: given.schema ?? preset.schema,
    outputCap: given.outputCap ?? preset.outputCap,
    timeoutMs: timeout,
  }))
}

/** What stands under `providers:` in pipewright.yaml for the providers of this plugin, by their ids. */
export const openaiConfigSchema = z.strictObject({
  openai: responsesConfigSchema.prefault({}),
  ollama: withPreset(endpoints.ollama),
  vllm: withPreset(endpoints.vllm),
  lmstudio: withPreset(endpoints.lmstudio),
  openrouter: withPreset(endpoints.openrouter),
  'openai-compatible': withPreset(endpoints['openai-compatible']),
})

export type OpenaiConfig = z.output<typeof openaiConfigSchema>
export type ResponsesConfig = OpenaiConfig['openai']
export type ChatConfig = OpenaiConfig['openai-compatible']
