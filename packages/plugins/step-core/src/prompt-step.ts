import { z } from 'zod'
import { defineStep, PipewrightError, type MediaPart, type Message, type StepFiles } from '@pipewright/kernel'
import { cutOff, forSession, untilAnswer } from './prompt-conversation.js'
import { estimatePrompt } from './prompt-estimate.js'
import { promptInput, type PromptInput } from './prompt-input.js'
import { readMedia } from './prompt-media.js'
import { judgeAnswer, neverFits, requestRepair } from './prompt-repair.js'
import { roles } from './prompt-roles.js'
import { assembleText } from './prompt-text.js'
import { compileAnswerSchema } from './structured-answer.js'

/** Asks a model, for text or for a JSON value that fits a schema. */
export const promptStep = defineStep({
  contract: 'v1',
  id: 'prompt',
  summary: 'Asks a model, for text or for a JSON value that fits a schema, with tools to call if the step has some.',
  input: promptInput,
  output: z.unknown().describe('The text of the answer; with a schema, the JSON value.'),
  outputSchemaFrom: 'schema',
  deterministic: false,
  safeToRepeat: true,
  usesModel: true,
  usesTools: true,
  usesSession: true,
  class: 'generation',
  estimate: (known, context) => estimatePrompt(known, context),
  async run(asked, context) {
    // Before anything is paid for: a schema that cannot be used is an error.
    const check = asked.schema ? compileAnswerSchema(asked.schema) : null
    const [prompt, system, media] = await Promise.all([
      assembleText(asked.prompt, context.files),
      systemOf(asked, context.files),
      mediaOf(asked, context.files),
    ])
    if (prompt.trim() === '') throw new PipewrightError('STEP_INPUT_INVALID', 'The prompt is empty.', { hint: 'Give it something to ask.' })
    const messages: Message[] = [
      ...(context.session?.messages ?? []),
      { role: 'user', content: [...media, { type: 'text', text: prompt }] },
    ]
    let rounds = 0
    for (let repairs = 0; ; repairs++) {
      const answer = await untilAnswer({ asked, system, context }, messages, rounds)
      const { response } = answer
      rounds = answer.rounds
      const judged = check ? judgeAnswer(response.text, check, asked.schema?.['type']) : ({ fits: true, value: response.text } as const)
      if (judged.fits) {
        if (!check && response.finishReason === 'length')
          context.progress(`the answer was cut off; max_output_tokens is ${asked.max_output_tokens}`)
        context.session?.append(forSession(prompt, media, response.text))
        return judged.value
      }
      if (response.finishReason === 'length') throw cutOff(asked, 'its JSON was complete')
      if (repairs === asked.max_repairs) throw neverFits(judged.problems, repairs)
      context.progress(`the answer does not fit the schema: repair ${repairs + 1} of ${asked.max_repairs}`)
      messages.push(...requestRepair(response, judged.problems))
    }
  },
})

async function systemOf({ role, system }: PromptInput, files: StepFiles): Promise<string> {
  const own = system === undefined ? '' : await assembleText(system, files)
  return [role === undefined ? '' : roles[role], own].filter((text) => text !== '').join('\n\n')
}

async function mediaOf({ images = [], documents = [] }: PromptInput, files: StepFiles): Promise<MediaPart[]> {
  return Promise.all([
    ...images.map((file) => readMedia('image', file, files)),
    ...documents.map((file) => readMedia('document', file, files)),
  ])
}
