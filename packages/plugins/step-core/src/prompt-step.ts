import { basename, extname } from 'node:path'
import { z } from 'zod'
import { defineStep, PipewrightError, type Message, type MessagePart, type StepContext } from '@pipewright/kernel'
import { answerProblems, parseAnswer, type AnswerProblem } from './structured-answer.js'

const maxMediaBytes = 20 * 1024 * 1024
/** How often the model is asked again when its answer does not fit the schema. */
const maxCorrections = 2
/** What stands for a prompt that is not known before running, in tokens. */
const assumedPromptTokens = 2000

const mediaTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.pdf': 'application/pdf',
}

const input = z.strictObject({
  prompt: z.string().min(1).describe('What the model is asked.'),
  system: z.string().optional().describe('Who the model is and how it answers.'),
  schema: z.record(z.string(), z.unknown()).optional().describe('A JSON Schema: the answer is then a JSON value that fits it.'),
  images: z.array(z.string()).max(20).optional().describe('Paths of image files (png, jpg, gif, webp) to show to the model.'),
  documents: z.array(z.string()).max(10).optional().describe('Paths of PDF files to show to the model.'),
  max_output_tokens: z.int().min(1).max(128_000).default(1024).describe('The longest answer that is paid for, in tokens.'),
  min_output_tokens: z.int().min(1).optional().describe('What is accepted when less is left in the budget. Default 64.'),
  temperature: z.number().min(0).max(2).optional().describe('0 for the most likely words, higher for variety. Default: the model’s.'),
})

type PromptInput = z.infer<typeof input>

/** Asks a model, for text or for a JSON value that fits a schema. */
export const promptStep = defineStep({
  contract: 'v1',
  id: 'prompt',
  summary: 'Asks a model, for text or for a JSON value that fits a schema.',
  input,
  output: z.unknown().describe('The text of the answer, or the JSON value.'),
  outputSchemaFrom: 'schema',
  deterministic: false,
  safeToRepeat: true,
  usesModel: true,
  class: 'generation',
  estimate({ prompt, system, schema, max_output_tokens: cap = 1024 }, { model, countTokens, price }) {
    const known = typeof prompt === 'string' && prompt !== '' ? countTokens(prompt) : assumedPromptTokens
    const worstInput = known + countTokens(system ?? '') + (schema ? countTokens(JSON.stringify(schema)) + 64 : 0) + 100
    // English prose has about four bytes a token; the bound counts each byte.
    const likelyInput = Math.ceil(worstInput / 4)
    const calls = schema ? 1 + maxCorrections : 1
    const cost = (inputTokens: number, outputTokens: number): { tokens: number; usd: number; timeMs: number } => ({
      tokens: inputTokens + outputTokens,
      usd: model === null ? 0 : price(model, { inputTokens, outputTokens }),
      timeMs: 500 + outputTokens * 15,
    })
    const worst = cost(worstInput, cap)
    return {
      low: cost(likelyInput, Math.ceil(cap / 10)),
      expected: cost(likelyInput, Math.ceil(cap / 3)),
      worst: { tokens: worst.tokens * calls, usd: worst.usd * calls, timeMs: worst.timeMs * calls },
    }
  },
  async run(asked, context) {
    const first: Message = { role: 'user', content: [...(await mediaParts(asked, context)), { type: 'text', text: asked.prompt }] }
    if (!asked.schema) return (await generate(asked, [first], context)).text
    return askForJson(asked, asked.schema, first, context)
  },
})

/** Asks again, quoting only what does not fit, until the answer fits or the patience ends. */
async function askForJson(asked: PromptInput, schema: Record<string, unknown>, first: Message, context: StepContext): Promise<unknown> {
  const messages = [first]
  let problems: readonly AnswerProblem[] = []
  for (let correction = 0; correction <= maxCorrections; correction++) {
    const response = await generate(asked, messages, context)
    const answer = parseAnswer(response.text)
    problems = answer.ok ? answerProblems(schema, answer.value) : [{ path: '', message: answer.problem }]
    if (answer.ok && problems.length === 0) return answer.value
    if (response.finishReason === 'length') {
      throw new PipewrightError('MODEL_OUTPUT_INVALID', 'The answer was cut off before its JSON was complete.', {
        hint: `Raise max_output_tokens (it is ${asked.max_output_tokens}), or ask for less.`,
      })
    }
    const said = problems.map(({ path, message }) => `- ${path === '' ? 'the answer' : path}: ${message}`).join('\n')
    const correctionRequest = `That answer does not fit the schema:\n${said}\nAnswer again with the whole corrected JSON value and nothing else.`
    messages.push(
      { role: 'assistant', content: [{ type: 'text', text: response.text.slice(0, 20_000) || '(empty)' }] },
      { role: 'user', content: [{ type: 'text', text: correctionRequest }] },
    )
  }
  const [problem] = problems
  throw new PipewrightError(
    'MODEL_OUTPUT_INVALID',
    `The model’s answer does not fit the schema after ${maxCorrections} corrections: ${problem?.path ? `${problem.path}: ` : ''}${problem?.message ?? ''}`,
  )
}

function generate(asked: PromptInput, messages: readonly Message[], context: StepContext): ReturnType<StepContext['models']['generate']> {
  return context.models.generate({
    messages,
    maxOutputTokens: asked.max_output_tokens,
    ...(asked.min_output_tokens === undefined ? {} : { minOutputTokens: asked.min_output_tokens }),
    ...(asked.system === undefined ? {} : { system: asked.system }),
    ...(asked.schema === undefined ? {} : { outputSchema: asked.schema }),
    ...(asked.temperature === undefined ? {} : { temperature: asked.temperature }),
  })
}

async function mediaParts(asked: PromptInput, context: StepContext): Promise<MessagePart[]> {
  const read = async (type: 'image' | 'document', path: string): Promise<MessagePart> => {
    const mediaType = mediaTypes[extname(path).toLowerCase()]
    if (mediaType === undefined || mediaType.startsWith('image/') !== (type === 'image')) {
      throw new PipewrightError('FILE_INVALID', `${path} is not ${type === 'image' ? 'an image (png, jpg, gif, webp)' : 'a PDF'}.`)
    }
    const { bytes } = await context.files.read(path, { maxBytes: maxMediaBytes })
    return { type, mediaType, base64: Buffer.from(bytes).toString('base64'), name: basename(path) }
  }
  return Promise.all([
    ...(asked.images ?? []).map((path) => read('image', path)),
    ...(asked.documents ?? []).map((path) => read('document', path)),
  ])
}
