import { PipewrightError } from '../errors/pipewright-error.js'
import { checkAgainstSchema } from '../pipeline/json-schema.js'
import type { Answer, Question } from '../points/step.js'

/** The most characters of JSON that an answer may have. */
const maxAnswerLength = 8 * 1024 * 1024

/** @param step the path of the step that asks @throws ANSWER_INVALID */
export function mustFitQuestion(answer: Answer, question: Question, runId: string, step: string): void {
  const invalid = (message: string, hint: string): PipewrightError => new PipewrightError('ANSWER_INVALID', message, { hint, step })
  if (question.kind === 'approval') {
    if (answer.value === undefined) return
    throw invalid(
      `Run ${runId} asks for a yes or a no, not for a value.`,
      `Say \`pipewright approve ${runId}\` or \`pipewright reject ${runId}\`.`,
    )
  }
  const how = `Give it with \`pipewright answer ${runId} --value VALUE\`.`
  if (answer.value === undefined) throw invalid(`Run ${runId} asks for a value, not for a yes or a no.`, how)
  if (lengthOf(answer.value) > maxAnswerLength) throw invalid('The answer is too large.', 'Give the path of a file instead.')
  const problem = problemOf(answer.value, question)
  if (problem) throw invalid(`The answer does not fit what is asked for: ${problem.message}`, problem.hint)
}

function problemOf(value: unknown, { schema }: Question): { readonly message: string; readonly hint: string } | undefined {
  if (schema === undefined)
    return typeof value === 'string' ? undefined : { message: 'it has to be a text.', hint: 'Give the text without JSON around it.' }
  try {
    return checkAgainstSchema(schema, value)[0]
  } catch (error) {
    return {
      message: `its schema cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Correct the schema in the pipeline, and start it again.',
    }
  }
}

function lengthOf(value: unknown): number {
  try {
    return JSON.stringify(value).length
  } catch {
    // It nests more deeply than can be written down.
    return Infinity
  }
}
