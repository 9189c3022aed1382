import type { Question } from '../points/step.js'

/** Thrown through a step to say that the run cannot go on before a person has answered. Not an error. */
export class Pause extends Error {
  readonly question: Question

  constructor(question: Question) {
    super(`waits for a person: ${question.message}`)
    this.question = question
  }
}
