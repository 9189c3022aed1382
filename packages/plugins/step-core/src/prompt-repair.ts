import { PipewrightError, type Message, type ModelResponse } from '@pipewright/kernel'
import { compileAnswerSchema, parseAnswer, type AnswerProblem } from './structured-answer.js'

/** How much of an answer that does not fit is shown to the model again, in characters. */
const maxShown = 20_000

/** An answer held against its schema. */
export type JudgedAnswer =
  | { readonly fits: true; readonly value: unknown }
  | {
      readonly fits: false
      /** The answer, and what is asked of the model about it. */
      readonly repair: (response: ModelResponse) => Message[]
      /** What is said when it has been asked often enough. */
      readonly never: (repairs: number) => PipewrightError
    }

export interface AnswerFit {
  judge(text: string): JudgedAnswer
}

/** @throws STEP_INPUT_INVALID when the schema itself cannot be used */
export function fitTo(schema: Readonly<Record<string, unknown>>): AnswerFit {
  const check = compileAnswerSchema(schema)
  return {
    judge(text) {
      const answer = parseAnswer(text, schema['type'])
      const problems = answer.ok ? check(answer.value) : [{ path: '', message: answer.problem }]
      if (answer.ok && problems.length === 0) return { fits: true, value: answer.value }
      return {
        fits: false,
        repair: (response) => requestRepair(response, problems),
        never: (repairs) => neverFits(problems, repairs),
      }
    },
  }
}

/** The conversation goes on with what is wrong, not with everything once more. */
function requestRepair(response: ModelResponse, problems: readonly AnswerProblem[]): Message[] {
  const list = problems.map((problem) => `- ${inWords(problem)}`).join('\n')
  const request = `That answer does not fit the schema:\n${list}\nAnswer again with the whole corrected JSON value and nothing else.`
  return [
    { role: 'assistant', content: [{ type: 'text', text: response.text.slice(0, maxShown) || '(empty)' }] },
    { role: 'user', content: [{ type: 'text', text: request }] },
  ]
}

/** @param repairs how often it was asked for again */
function neverFits(problems: readonly AnswerProblem[], repairs: number): PipewrightError {
  const after = repairs === 0 ? '' : ` after ${repairs} ${repairs === 1 ? 'repair' : 'repairs'}`
  return new PipewrightError(
    'MODEL_OUTPUT_INVALID',
    `The model’s answer does not fit the schema${after}: ${problems.slice(0, 3).map(inWords).join('; ')}.`,
    { details: { problems } },
  )
}

function inWords({ path, message }: AnswerProblem): string {
  return `${path === '' ? 'the answer' : path}: ${message}`
}
