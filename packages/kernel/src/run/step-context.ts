import { isDeepStrictEqual } from 'node:util'
import type { PlannedStep } from '../pipeline/plan.js'
import type { Answer, Question, StepContext } from '../points/step.js'
import { Pause } from './pause.js'
import type { RunScope } from './run-scope.js'

/** Runs a pipeline file as a part of the step at `path`. @returns its outputs */
export type RunNested = (
  file: string,
  inputs: Readonly<Record<string, unknown>>,
  path: string,
  signal: AbortSignal,
) => Promise<Readonly<Record<string, unknown>>>

/** How long an attempt may take, and the signal that aborts when that is over. */
export interface StepLimits {
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/** What one attempt of a step is given to work with. */
export function createStepContext(scope: RunScope, step: PlannedStep, path: string, limits: StepLimits, nest: RunNested): StepContext {
  const { signal } = limits
  const ask = (question: Question): Promise<Answer> => askPerson(scope, path, question)
  return {
    signal,
    logger: scope.services.logger,
    clock: scope.services.clock,
    random: scope.services.random,
    fetch: scope.points.fetchFor(step.type.kind, step.type.id),
    files: scope.files,
    run: { id: scope.runId, step: path },
    models: { generate: (request) => scope.models.generate(request, { step: path, model: step.model, ...limits, ask }) },
    ask,
    runPipeline: (file, inputs) => scope.work.track(path, nest(file, inputs, path, signal)),
    progress: (message) => scope.emit({ type: 'step-progress', step: path, message }),
  }
}

/** The answer to a question, when a person has given it; otherwise the question is recorded and the step pauses. */
export async function askPerson(scope: RunScope, path: string, question: Question): Promise<Answer> {
  const { state } = scope.journal
  const answer = state.answerTo(path, question)
  if (answer) return answer
  if (!isDeepStrictEqual(state.questions.get(path), question)) await scope.journal.record({ type: 'asked', step: path, question })
  throw new Pause(question)
}
