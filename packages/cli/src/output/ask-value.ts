import type { OpenQuestion } from '@pipewright/kernel'
import { problemsWith, valueFor } from '../project/answer-value.js'
import type { Output } from './output.js'
import { printable } from './printable.js'
import { showValue } from './show-value.js'

/** Asks for the value of a question, on the terminal. @returns undefined when the person gives none */
export async function askValue(question: OpenQuestion, output: Output): Promise<unknown> {
  const { confirm, isCancel, select, text } = await import('@clack/prompts')
  const { schema, subject } = question
  if (subject !== undefined) output.print(printable(showValue(subject)))
  const message = printable(question.message)
  const given = await ask()
  return isCancel(given) ? undefined : given

  async function ask(): Promise<unknown> {
    if (schema?.['type'] === 'boolean') return confirm({ message })
    const choices: unknown = schema?.['enum']
    if (Array.isArray(choices) && choices.length > 0)
      return select({ message, options: choices.map((value: unknown) => ({ value, label: printable(showValue(value)) })) })
    const typed = await text({
      message,
      validate: (answer = '') => (schema ? problemsWith(valueFor(answer, question), schema)[0] : undefined),
    })
    return isCancel(typed) ? typed : valueFor(typed, question)
  }
}
