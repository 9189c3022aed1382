import { PipewrightError, type MediaPart, type Message, type ModelResponse, type StepContext } from '@pipewright/kernel'
import type { PromptInput } from './prompt-input.js'
import { answerToolCalls } from './tool-round.js'

/** What a prompt is sent as, beside its messages. */
export interface Conversation {
  readonly asked: PromptInput
  readonly system: string
  readonly context: StepContext
}

/**
 * Asks the model, doing the calls of tools that it asks for, until it answers. What is said on the way is added to the
 * messages.
 * @param roundsBefore how many rounds of tools there have been
 * @returns the answer, and how many rounds there have been then
 */
export async function untilAnswer(
  conversation: Conversation,
  messages: Message[],
  roundsBefore: number,
): Promise<{ readonly response: ModelResponse; readonly rounds: number }> {
  const { asked, context } = conversation
  for (let rounds = roundsBefore; ; rounds++) {
    const response = await ask(conversation, messages)
    if (!context.tools || response.toolCalls.length === 0) return { response, rounds }
    if (response.finishReason === 'length') throw cutOff(asked, 'its call of a tool was complete')
    if (rounds === asked.max_tool_rounds) {
      const times = rounds === 1 ? 'once' : `${rounds} times`
      throw new PipewrightError('TOOL_ROUNDS_EXCEEDED', `The model has called tools ${times} and still gives no answer.`)
    }
    context.progress(`the model calls ${[...new Set(response.toolCalls.map(({ tool }) => tool))].join(', ')}`)
    messages.push(...(await answerToolCalls(response, context.tools)))
  }
}

async function ask({ asked, system, context }: Conversation, messages: readonly Message[]): Promise<ModelResponse> {
  const response = await context.models.generate({
    messages: [...messages],
    maxOutputTokens: asked.max_output_tokens,
    ...(context.tools === null ? {} : { tools: context.tools.definitions }),
    ...(asked.min_output_tokens === undefined ? {} : { minOutputTokens: asked.min_output_tokens }),
    ...(system === '' ? {} : { system }),
    ...(asked.schema === undefined ? {} : { outputSchema: asked.schema }),
    ...(asked.temperature === undefined ? {} : { temperature: asked.temperature }),
  })
  if (response.finishReason === 'filtered') throw new PipewrightError('PROVIDER_FILTERED', 'The provider’s filter cut the answer off.')
  return response
}

/** @param before what would have had to be, for the answer to be of use */
export function cutOff(asked: PromptInput, before: string): PipewrightError {
  return new PipewrightError('MODEL_OUTPUT_INVALID', `The answer was cut off before ${before}.`, {
    // The same cap would cut it off again.
    retryable: false,
    hint: `Raise max_output_tokens (it is ${asked.max_output_tokens}) or the budget, or ask for less.`,
  })
}

/** What a session keeps: what was asked, with the names of what was shown instead of all of its bytes again, and the answer. */
export function forSession(prompt: string, media: readonly MediaPart[], answer: string): Message[] {
  const shown = media.map(({ type, name }) => ({ type: 'text' as const, text: `(${type} shown here: ${name ?? 'without a name'})` }))
  return [
    { role: 'user', content: [...shown, { type: 'text', text: prompt }] },
    { role: 'assistant', content: [{ type: 'text', text: answer || '(empty)' }] },
  ]
}
