import { z } from 'zod'
import { defineStep, PipewrightError, type MediaPart, type Message, type StepFiles } from '@pipewright/kernel'
import { cutOff, forSession, untilAnswer } from './prompt-conversation.js'
import { estimatePrompt } from './prompt-estimate.js'
import { promptInput, type PromptInput } from './prompt-input.js'
import { readMedia } from './prompt-media.js'
import { roles } from './prompt-roles.js'
import { assembleText } from './prompt-text.js'

/** Loaded when an answer first has to fit a schema: to look at a pipeline takes none of it. */
let repairing: Promise<typeof import('./prompt-repair.js')> | undefined

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
    const fit = asked.schema ? (await loadRepair()).fitTo(asked.schema) : null
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
      const judged = fit?.judge(response.text) ?? ({ fits: true, value: response.text } as const)
      if (judged.fits) {
        if (!fit && response.finishReason === 'length')
          context.progress(`the answer was cut off; max_output_tokens is ${asked.max_output_tokens}`)
        context.session?.append(forSession(prompt, media, response.text))
        return judged.value
      }
      if (response.finishReason === 'length') throw cutOff(asked, 'its JSON was complete')
      if (repairs === asked.max_repairs) throw judged.never(repairs)
      context.progress(`the answer does not fit the schema: repair ${repairs + 1} of ${asked.max_repairs}`)
      messages.push(...judged.repair(response))
    }
  },
})

function loadRepair(): Promise<typeof import('./prompt-repair.js')> {
  repairing ??= import('./prompt-repair.js')
  return repairing
}

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
