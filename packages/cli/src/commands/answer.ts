import { resolve } from 'node:path'
import { PipewrightError, type OpenQuestion } from '@pipewright/kernel'
import { askValue } from '../output/ask-value.js'
import { valueFor } from '../project/answer-value.js'
import { readData } from '../project/parse-inputs.js'
import type { CommandRunner } from '../program.js'
import { giveAnswer } from './give-answer.js'

/** Gives a run the value that it asks for. */
export const run: CommandRunner = (context, [id = ''], options) => {
  const given = options['value'] as string | undefined
  const { output, cwd } = context
  return giveAnswer(context, id, 'input', options, async (question) => {
    if (given !== undefined) {
      const value = given.startsWith('@') ? await readData(resolve(cwd, given.slice(1))) : valueFor(given, question)
      return { approved: true, value }
    }
    // Not an answer, and the engine says why.
    if (question?.kind !== 'input') return { approved: true, value: null }
    if (!output.canAsk) throw missing(id, question)
    const value = await askValue(question, output)
    return value === undefined ? null : { approved: true, value }
  })
}

function missing(id: string, { step, message }: OpenQuestion): PipewrightError {
  return new PipewrightError('USAGE', `Step "${step}" asks: ${message}`, {
    hint: `Give the answer: pipewright answer ${id} --value TEXT, or JSON, or @FILE.`,
  })
}
