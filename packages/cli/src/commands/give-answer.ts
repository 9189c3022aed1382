import { userInfo } from 'node:os'
import { PipewrightError, type Answer, type Engine, type OpenQuestion, type RunResult } from '@pipewright/kernel'
import { exitCodeOf, printRun, watchRun } from '../output/print-run.js'
import { answerGenesis, coordinatorName } from '../genesis/answer-genesis.js'
import { openProject } from '../project/open-project.js'
import type { CommandContext } from '../program.js'

/** What a person says to a question. */
export type Reply = Pick<Answer, 'approved' | 'value' | 'reason'>

/** Says yes or no to what waits for that, a run or a genesis result, and goes on with it. */
export async function approveOrReject(
  context: CommandContext,
  id: string,
  approved: boolean,
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  const reason = options['reason'] as string | undefined
  return giveAnswer(context, id, 'approval', options, async () => ({ approved, ...(reason === undefined ? {} : { reason }) }))
}

/**
 * Records a person's answer and goes on with what waited for it.
 * @param reply what the person says to the question; null when they would rather not
 */
export async function giveAnswer(
  context: CommandContext,
  id: string,
  kind: OpenQuestion['kind'],
  options: Readonly<Record<string, unknown>>,
  reply: (question: OpenQuestion | undefined) => Promise<Reply | null>,
): Promise<number> {
  const { output } = context
  const project = await openProject(context)
  try {
    const summary = await (await project.store()).journal.get(id)
    const engine = await project.engine()
    const question = chooseQuestion(await engine.show(id), kind, options['step'] as string | undefined)
    const said = await reply(question)
    if (said === null) return 6
    const answer: Answer = { ...said, by: userInfo().username, at: new Date().toISOString() }
    if (summary?.pipeline === coordinatorName && kind === 'approval') return await answerGenesis(context, project, id, answer)
    await engine.answer(id, answer, question?.step ?? (options['step'] as string | undefined))
    const result = await goOn(engine, id, context)
    output.result(result)
    await printRun(result, output)
    return exitCodeOf(result)
  } finally {
    await project.close()
  }
}

/** The question that is named, or the first one that can be answered so, or any: the engine says why it does not fit. */
function chooseQuestion({ questions }: RunResult, kind: OpenQuestion['kind'], step: string | undefined): OpenQuestion | undefined {
  if (step !== undefined) return questions.find((question) => question.step === step)
  return questions.find((question) => question.kind === kind) ?? questions[0]
}

async function goOn(engine: Engine, id: string, context: CommandContext): Promise<RunResult> {
  try {
    return await engine.resume(id, { signal: context.signal, onEvent: watchRun(context.output) })
  } catch (error) {
    if (!PipewrightError.isInstance(error) || error.code !== 'RUN_BUSY') throw error
    throw new PipewrightError('RUN_BUSY', `The answer is recorded; another process is still at work on ${id}.`, {
      hint: `Once it has stopped, continue with \`pipewright runs resume ${id}\`.`,
      cause: error,
    })
  }
}
