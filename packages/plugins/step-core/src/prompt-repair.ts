import { PipewrightError, type Message, type ModelResponse } from '@pipewright/kernel'
import { parseAnswer, type AnswerCheck, type AnswerProblem } from './structured-answer.js'

/** How much of an answer that does not fit is shown to the model again, in characters. */
const maxShown = 20_000

/** An answer held against its schema. */
export type JudgedAnswer =
  | { readonly fits: true; readonly value: unknown }
  | { readonly fits: false; readonly problems: readonly AnswerProblem[] }

/** @param type the type that the schema names, if it does */
export function judgeAnswer(text: string, check: AnswerCheck, type: unknown): JudgedAnswer {
  const answer = parseAnswer(text, type)
  if (!answer.ok) return { fits: false, problems: [{ path: '', message: answer.problem }] }
  const problems = check(answer.value)
  return problems.length === 0 ? { fits: true, value: answer.value } : { fits: false, problems }
}

/** The conversation goes on with what is wrong, not with everything once more. */
export function requestRepair(response: ModelResponse, problems: readonly AnswerProblem[]): Message[] {
  const list = problems.map((problem) => `- ${inWords(problem)}`).join('\n')
  const request = `That answer does not fit the schema:\n${list}\nAnswer again with the whole corrected JSON value and nothing else.`
  return [
    { role: 'assistant', content: [{ type: 'text', text: response.text.slice(0, maxShown) || '(empty)' }] },
    { role: 'user', content: [{ type: 'text', text: request }] },
  ]
}

/** @param repairs how often it was asked for again */
export function neverFits(problems: readonly AnswerProblem[], repairs: number): PipewrightError {
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
