import { userInfo } from 'node:os'
import type { Answer } from '@pipewright/kernel'
import type { Output } from '../output/output.js'
import type { GenesisQuestion } from './genesis-outcome.js'

/** Asks what is open, on the terminal. @returns the answers by question; null when there is nothing to ask or the person gives up */
export async function askQuestions(questions: readonly GenesisQuestion[], output: Output): Promise<Record<string, unknown> | null> {
  if (questions.length === 0) return null
  const { text, isCancel } = await import('@clack/prompts')
  const answers: Record<string, unknown> = {}
  for (const question of questions) {
    output.print(output.color.dim(question.why))
    const answer = await text({
      message: question.question,
      ...(typeof question.default === 'string' && question.default !== '' ? { initialValue: question.default } : {}),
    })
    if (isCancel(answer)) return null
    answers[question.id] = answer
  }
  return answers
}

/** Asks for a yes or no, on the terminal. @returns null when the person gives neither */
export async function askApproval(message: string): Promise<Answer | null> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const approved = await confirm({ message })
  if (isCancel(approved)) return null
  return { approved, by: userInfo().username, at: new Date().toISOString() }
}
