import type { Message, ModelResponse, StepTools, ToolCallPart, ToolResultPart } from '@pipewright/kernel'

/** How many calls of one answer are done; the model is told of the others that they were not. */
export const maxCallsPerRound = 16
/** How much the results of one round have together, in bytes: everything later is sent with them. */
export const maxRoundBytes = 40_000
const maxResultBytes = 20_000

/**
 * Does the calls of an answer side by side. @returns how the conversation goes on: the answer, and what the tools gave, in
 * the order of the calls
 */
export async function answerToolCalls(response: Pick<ModelResponse, 'text' | 'toolCalls'>, tools: StepTools): Promise<Message[]> {
  const calls = response.toolCalls.slice(0, maxCallsPerRound)
  const settled = await Promise.allSettled(calls.map((call) => tools.call(call)))
  // A pause of one lets the others end first: what they have done is kept.
  const failed = settled.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
  const share = Math.min(maxResultBytes, Math.floor(maxRoundBytes / calls.length))
  const results = settled.flatMap((outcome) => (outcome.status === 'fulfilled' ? [cut(outcome.value, share)] : []))
  return [
    {
      role: 'assistant',
      content: [...(response.text === '' ? [] : [{ type: 'text' as const, text: response.text }]), ...response.toolCalls],
    },
    { role: 'tool', content: [...results, ...response.toolCalls.slice(maxCallsPerRound).map(notDone)] },
  ]
}

function cut(result: ToolResultPart, maxBytes: number): ToolResultPart {
  const bytes = Buffer.from(result.content)
  if (bytes.byteLength <= maxBytes) return result
  // A decoder that expects more leaves a character out that the limit has cut in two.
  const shown = new TextDecoder().decode(bytes.subarray(0, maxBytes), { stream: true })
  const whole = bytes.byteLength.toLocaleString('en')
  return { ...result, content: `${shown}\n… (cut off: the first ${maxBytes.toLocaleString('en')} of ${whole} bytes)` }
}

function notDone({ id, tool }: ToolCallPart): ToolResultPart {
  const content = `Not done: at most ${maxCallsPerRound} calls are done at a time. Call it again.`
  return { type: 'tool-result', id, tool, content, isError: true }
}
