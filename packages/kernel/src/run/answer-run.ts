import { PipewrightError } from '../errors/pipewright-error.js'
import type { Clock } from '../plugin/services.js'
import type { Answer, Question } from '../points/step.js'
import type { JournalStore } from '../points/store.js'
import { mustFitQuestion } from './check-answer.js'
import type { JournalRecord } from './journal-record.js'
import { RunState } from './run-state.js'

/** How often it is looked again while others go on writing the journal. */
const mostTries = 100

/**
 * Records a person's answer to what a run waits for. However many answer at once, one of them does.
 * @param step the path of the step that asks; without it, the first that does
 * @throws RUN_NOT_FOUND, RUN_NOT_WAITING, ANSWER_INVALID, RUN_BUSY
 */
export async function answerRun(
  journal: JournalStore,
  clock: Pick<Clock, 'now'>,
  runId: string,
  answer: Answer,
  step?: string,
): Promise<void> {
  const records = [...(await journal.read(runId))]
  for (let tries = 0; tries < mostTries; tries++) {
    const [asked, question] = openQuestion(records, runId, step)
    mustFitQuestion(answer, question, runId, asked)
    if (await journal.appendAfter(runId, records.length, [{ type: 'answered', at: clock.now(), step: asked, answer }])) return
    // What has come in between may be another's answer.
    records.push(...(await journal.read(runId, records.length)))
  }
  throw new PipewrightError('RUN_BUSY', `Run ${runId} is written by another process all the time; the answer was not recorded.`, {
    hint: 'Answer again.',
  })
}

function openQuestion(records: readonly JournalRecord[], runId: string, step: string | undefined): readonly [string, Question] {
  const { questions, end } = RunState.from(records)
  const isOver = end !== undefined && end.status !== 'paused'
  const asked = step ?? questions.keys().next().value ?? ''
  const question = questions.get(asked)
  if (!isOver && question) return [asked, question]
  throw new PipewrightError(
    'RUN_NOT_WAITING',
    step === undefined ? `Run ${runId} waits for nobody.` : `Step "${step}" of run ${runId} waits for nobody.`,
  )
}
