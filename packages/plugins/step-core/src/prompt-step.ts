import { z } from 'zod'
import { defineStep, PipewrightError, type Message, type ModelResponse, type StepContext } from '@pipewright/kernel'
import { estimatePrompt, maxCorrections } from './prompt-estimate.js'
import { readMedia } from './prompt-media.js'
import type { AnswerCheck, AnswerProblem, parseAnswer } from './structured-answer.js'

/** How much of an answer that does not fit is shown to the model again, in characters. */
const maxShown = 20_000

const input = z.strictObject({
  prompt: z.string().min(1).describe('What the model is asked.'),
  system: z.string().optional().describe('Who the model is and how it answers.'),
  schema: z.record(z.string(), z.unknown()).optional().describe('A JSON Schema: the answer is then a JSON value that fits it.'),
  images: z.array(z.string()).max(20).optional().describe('Paths of image files (png, jpg, gif, webp) to show to the model.'),
  documents: z.array(z.string()).max(10).optional().describe('Paths of PDF files to show to the model.'),
  max_output_tokens: z
    .int()
    .min(1)
    .max(128_000)
    .default(1024)
    .describe('The longest answer that is paid for, in tokens, hidden reasoning included.'),
  min_output_tokens: z.int().min(1).optional().describe('What is accepted when less is left in the budget. Default 64.'),
  temperature: z.number().min(0).max(2).optional().describe('0 for the most likely words, higher for variety. Default: the model’s.'),
})

type PromptInput = z.infer<typeof input>

/** Loaded when an answer first has to fit a schema: to look at a pipeline takes none of it. */
let structured: Promise<typeof import('./structured-answer.js')> | undefined

/** Asks a model, for text or for a JSON value that fits a schema. */
export const promptStep = defineStep({
  contract: 'v1',
  id: 'prompt',
  summary: 'Asks a model, for text or for a JSON value that fits a schema.',
  input,
  output: z.unknown().describe('The text of the answer; with a schema, the JSON value.'),
  outputSchemaFrom: 'schema',
  deterministic: false,
  safeToRepeat: true,
  usesModel: true,
  class: 'generation',
  estimate: (known, context) => estimatePrompt(known, context),
  async run(asked, context) {
    // Before anything is paid for: a schema that cannot be used is an error.
    const answers = asked.schema ? await answersFor(asked.schema) : null
    const media = await Promise.all([
      ...(asked.images ?? []).map((path) => readMedia('image', path, context.files)),
      ...(asked.documents ?? []).map((path) => readMedia('document', path, context.files)),
    ])
    const messages: Message[] = [{ role: 'user', content: [...media, { type: 'text', text: asked.prompt }] }]
    let problems: readonly AnswerProblem[] = []
    for (let correction = 0; correction <= maxCorrections; correction++) {
      const response = await ask(asked, messages, context)
      if (!answers) return plainText(response, asked, context)
      const answer = answers.parse(response.text)
      problems = answer.ok ? answers.check(answer.value) : [{ path: '', message: answer.problem }]
      if (answer.ok && problems.length === 0) return answer.value
      if (response.finishReason === 'length') throw cutOff(asked)
      if (correction < maxCorrections)
        context.progress(`the answer does not fit the schema: correction ${correction + 1} of ${maxCorrections}`)
      messages.push(...correctionOf(response, problems))
    }
    throw new PipewrightError(
      'MODEL_OUTPUT_INVALID',
      `The model’s answer does not fit the schema after ${maxCorrections} corrections: ${problems.slice(0, 3).map(inWords).join('; ')}.`,
      { details: { problems } },
    )
  },
})

/** What reads and checks answers. @throws STEP_INPUT_INVALID when the schema itself cannot be used */
async function answersFor(
  schema: Readonly<Record<string, unknown>>,
): Promise<{ readonly parse: (text: string) => ReturnType<typeof parseAnswer>; readonly check: AnswerCheck }> {
  structured ??= import('./structured-answer.js')
  const { compileAnswerSchema, parseAnswer } = await structured
  return { parse: (text) => parseAnswer(text, schema['type']), check: compileAnswerSchema(schema) }
}

async function ask(asked: PromptInput, messages: readonly Message[], context: StepContext): Promise<ModelResponse> {
  const response = await context.models.generate({
    messages: [...messages],
    maxOutputTokens: asked.max_output_tokens,
    ...(asked.min_output_tokens === undefined ? {} : { minOutputTokens: asked.min_output_tokens }),
    ...(asked.system === undefined ? {} : { system: asked.system }),
    ...(asked.schema === undefined ? {} : { outputSchema: asked.schema }),
    ...(asked.temperature === undefined ? {} : { temperature: asked.temperature }),
  })
  if (response.finishReason === 'filtered') throw new PipewrightError('PROVIDER_FILTERED', 'The provider’s filter cut the answer off.')
  return response
}

function plainText(response: ModelResponse, asked: PromptInput, context: StepContext): string {
  if (response.finishReason === 'length') context.progress(`the answer was cut off; max_output_tokens is ${asked.max_output_tokens}`)
  return response.text
}

/** The conversation goes on with what is wrong, not with everything once more. */
function correctionOf(response: ModelResponse, problems: readonly AnswerProblem[]): Message[] {
  const list = problems.map((problem) => `- ${inWords(problem)}`).join('\n')
  const request = `That answer does not fit the schema:\n${list}\nAnswer again with the whole corrected JSON value and nothing else.`
  return [
    { role: 'assistant', content: [{ type: 'text', text: response.text.slice(0, maxShown) || '(empty)' }] },
    { role: 'user', content: [{ type: 'text', text: request }] },
  ]
}

function inWords({ path, message }: AnswerProblem): string {
  return `${path === '' ? 'the answer' : path}: ${message}`
}

function cutOff(asked: PromptInput): PipewrightError {
  return new PipewrightError('MODEL_OUTPUT_INVALID', 'The answer was cut off before its JSON was complete.', {
    // The same cap would cut it off again.
    retryable: false,
    hint: `Raise max_output_tokens (it is ${asked.max_output_tokens}) or the budget, or ask for less.`,
  })
}
