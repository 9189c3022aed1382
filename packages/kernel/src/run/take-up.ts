import { createHash } from 'node:crypto'
import type { DocumentSource } from '../engine.js'
import { PipewrightError } from '../errors/pipewright-error.js'
import { changedSteps, type ChangedSteps } from '../pipeline/changed-steps.js'
import { nameHint } from '../pipeline/nearest.js'
import type { Plan } from '../pipeline/plan.js'
import { resolveInputs } from '../pipeline/resolve-inputs.js'
import type { JournalRecord } from './journal-record.js'
import { RunState } from './run-state.js'

type Started = Extract<JournalRecord, { type: 'run-started' }>

export interface TakeUpOptions {
  /** The id of a step that is done again, with everything after it. */
  readonly from?: string | undefined
  /** Whether the pipeline's files are read again, in case they were changed. */
  readonly reread?: boolean | undefined
}

export interface TakeUpReader {
  /** The plan of a text; null when it is not valid. */
  readonly planOf: (source: DocumentSource) => Promise<Plan | null>
  /** The text of a file; null when it has gone. */
  readonly textOf: (file: string) => Promise<string | null>
  /** The plan of a text. @throws what its findings say */
  readonly mustPlan: (source: DocumentSource) => Promise<Plan>
}

/** A run as it is taken up again. */
export interface TakenUp {
  readonly plan: Plan
  readonly inputs: Readonly<Record<string, unknown>>
  readonly started: Started
  readonly state: RunState
  /** What was changed since, to be recorded; null when nothing was. */
  readonly edited: (ChangedSteps & { readonly document: string }) | null
}

/**
 * Puts together from a journal what a run goes on with: the pipeline as it is now or as it was, and which of its steps still
 * count as done.
 * @throws STATE_CORRUPT, INVALID_VALUE, UNKNOWN_VARIABLE, INPUT_…, and what an edited pipeline's findings say
 */
export async function takeUp(
  runId: string,
  records: readonly JournalRecord[],
  read: TakeUpReader,
  { from, reread = false }: TakeUpOptions,
): Promise<TakenUp> {
  const started = records.find((record) => record.type === 'run-started')
  if (!started) throw new PipewrightError('STATE_CORRUPT', `The journal of run ${runId} has no beginning.`)
  const { file } = started
  const state = RunState.from(records)
  const text = records.findLast((record) => record.type === 'run-edited')?.document ?? started.document
  const now = reread ? ((await read.textOf(file)) ?? text) : text
  const before = await read.planOf({ text, file })
  const plan = now === text ? before : await read.mustPlan({ text: now, file })
  if (!plan) {
    throw new PipewrightError('INVALID_VALUE', `The pipeline of run ${runId} is no longer valid with the plugins installed now.`, {
      hint: 'Install the plugins that it was started with.',
    })
  }
  const besides = new Set(reread ? await changedNested(state, read) : [])
  if (from !== undefined) {
    const known = [...plan.block.steps, ...plan.finally.steps].map(({ id }) => id)
    if (!known.includes(from))
      throw new PipewrightError('UNKNOWN_VARIABLE', `There is no step "${from}" to go on from.`, {
        hint: nameHint(from, known, 'Name a step of the pipeline.'),
      })
    besides.add(from)
  }
  if (now === text && besides.size === 0) return { plan, inputs: started.inputs, started, state, edited: null }
  const changes = before
    ? changedSteps(before, plan, besides)
    : { hold: [], again: [...plan.block.steps, ...plan.finally.steps].map(({ id }) => id) }
  const declared = Object.entries(started.inputs).filter(([name]) => name in plan.document.inputs)
  return { plan, inputs: resolveInputs(plan, Object.fromEntries(declared)), started, state, edited: { ...changes, document: now } }
}

/** Steps that have run a pipeline file that is another one now. */
async function changedNested(state: RunState, read: TakeUpReader): Promise<string[]> {
  const changed: string[] = []
  for (const [path, { file, digest }] of state.nested) {
    const text = await read.textOf(file)
    if (text !== null && digestOf(text) !== digest) changed.push(path.split(/[[(/]/)[0] ?? path)
  }
  return changed
}

/** What tells one text of a pipeline from another. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
