import { createMemoryStore, type JournalRecord } from '@pipewright/kernel'
import type { Work } from './work.ts'
import { openPipewright } from './open-pipewright.ts'

/**
 * The text that ours keeps of each step of a run, so that a limit writes as much as ours does, whatever that is now.
 * What the run says of its own beginning and end is with its first and last step.
 */
export async function recordsOfSteps(work: Work, folder: string): Promise<string[]> {
  const { engineOn, plan, inputs } = await openPipewright(work, folder)
  const store = createMemoryStore(Date.now)
  const { runId } = await engineOn(store).start(plan, { inputs })
  return textOfSteps(await store.journal.read(runId))
}

function textOfSteps(records: readonly JournalRecord[]): string[] {
  const texts: string[] = []
  let text = ''
  for (const record of records) {
    // The document's text is kept once, before any step.
    if (record.type === 'run-started') continue
    text += `${JSON.stringify(record)}\n`
    if (record.type !== 'step-finished') continue
    texts.push(text)
    text = ''
  }
  return texts
}
