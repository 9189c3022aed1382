import type { ModelRequest, ModelResponse, TokenUsage } from '@pipewright/kernel'
import type { Found } from './find-entry.js'
import { promptText } from './request-key.js'

/** What a token of ordinary text weighs, about. */
const bytesPerToken = 4

/** An entry's answer to a request, within its cap. */
export function replay({ response, origin }: Found, request: ModelRequest): ModelResponse {
  const whole = response.text ?? (response.json === undefined ? '' : JSON.stringify(response.json))
  const usage = response.usage ?? estimateUsage(request, whole, response.toolCalls)
  const toolCalls = response.toolCalls.map((call) => ({
    type: 'tool-call' as const,
    id: call.id,
    tool: call.tool,
    arguments: call.arguments,
  }))
  const answer = { toolCalls, model: response.model ?? request.model, origin }
  if (usage.outputTokens <= request.maxOutputTokens) {
    return { ...answer, text: whole, usage, finishReason: response.finishReason ?? (toolCalls.length > 0 ? 'tool-calls' : 'stop') }
  }
  // The model would have been cut off here too; what it would have said by then is about this much.
  const characters = [...whole]
  const text = characters.slice(0, Math.floor((characters.length * request.maxOutputTokens) / usage.outputTokens)).join('')
  return { ...answer, toolCalls: [], text, usage: { ...usage, outputTokens: request.maxOutputTokens }, finishReason: 'length' }
}

function estimateUsage(request: ModelRequest, answer: string, toolCalls: readonly { readonly arguments?: unknown }[]): TokenUsage {
  const asked = [promptText(request), JSON.stringify(request.tools ?? ''), JSON.stringify(request.outputSchema ?? '')].join('')
  const said = answer + toolCalls.map((call) => JSON.stringify(call.arguments ?? '')).join('')
  return {
    inputTokens: Math.ceil(Buffer.byteLength(asked) / bytesPerToken),
    outputTokens: Math.ceil(Buffer.byteLength(said) / bytesPerToken),
    estimated: true,
  }
}
