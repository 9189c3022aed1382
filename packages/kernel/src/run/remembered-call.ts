import { PipewrightError } from '../errors/pipewright-error.js'
import { parseDuration } from '../pipeline/duration.js'
import { placeOfStep, type Plan, type PlannedCall, type PlannedStep } from '../pipeline/plan.js'
import type { StepFiles } from '../points/step.js'
import type { CallResult } from './call-runner.js'
import { cacheKey, onceKey } from './memo-key.js'
import type { RunScope } from './run-scope.js'
import { watchReads } from './watch-reads.js'

/** A call whose input is known. */
export interface PreparedCall {
  readonly plan: Plan
  readonly step: PlannedStep
  readonly call: PlannedCall
  readonly path: string
  readonly scope: RunScope
  /** What `with:` renders to. */
  readonly input: unknown
  /** What `idempotency_key:` renders to; null when the step has none. */
  readonly once: string | null
}

type Work = (files: StepFiles) => Promise<CallResult>

/** Makes a call, or takes what an earlier one has made: for good with `idempotency_key:`, as long as it holds with `cache:`. */
export function callOrRecall(prepared: PreparedCall, work: Work): Promise<CallResult> {
  if (prepared.once !== null) return doOnce(prepared, prepared.once, work)
  const ttl = cacheTime(prepared)
  return ttl === undefined ? work(prepared.scope.files) : recallOrMake(prepared, ttl, work)
}

async function recallOrMake(prepared: PreparedCall, ttlMs: number | null, work: Work): Promise<CallResult> {
  const { scope, path } = prepared
  const key = cacheKey(partsOf(prepared))
  const entry = await scope.memo.recall(key)
  if (entry) return { status: 'succeeded', output: entry.output, attempts: 0, cached: true, origin: entry.origin }
  const watched = watchReads(scope.files)
  const result = await work(watched.files)
  const reads = watched.reads()
  if (result.status === 'succeeded' && reads)
    await scope.memo.remember(key, { output: result.output, ...scope.journal.state.usageOf(path), reads }, ttlMs)
  return result
}

async function doOnce(prepared: PreparedCall, value: string, work: Work): Promise<CallResult> {
  const { plan, step, call, path, scope } = prepared
  const by = { run: scope.runId, step: path }
  const key = onceKey({
    pipeline: plan.document.pipeline,
    step: step.id,
    stepType: call.type.id,
    value,
    provider: scope.settings.provider ?? null,
  })
  const beginning = await scope.memo.begin(key, by)
  if (beginning.kind === 'made')
    return { status: 'succeeded', output: beginning.entry.output, attempts: 0, cached: true, origin: beginning.entry.origin }
  if (beginning.kind === 'busy') {
    const error = new PipewrightError(
      'DONE_ELSEWHERE',
      `Step "${path}" with this idempotency_key was begun by run ${beginning.holder.run}, and has not come to an end there.`,
      {
        hint: `See \`pipewright runs show ${beginning.holder.run}\`: resume it, or cancel it.`,
      },
    )
    return {
      status: 'failed',
      error: error.inStep(path, placeOfStep(plan, step, ['idempotency_key'])),
      attempts: 0,
      durationMs: 0,
      usage: scope.journal.state.usageOf(path).usage,
    }
  }
  const result = await work(scope.files)
  if (result.status === 'succeeded')
    await scope.memo.remember(key, { output: result.output, ...scope.journal.state.usageOf(path), reads: [] }, null)
  // One that was broken off may have done its work all the same, and nobody else is to do it a second time.
  else if (result.status === 'stopped' || (result.status === 'failed' && result.error.code !== 'STEP_TIMEOUT'))
    await scope.memo.giveUp(key, by)
  return result
}

/** How long a result may be taken again, in milliseconds; null: for ever; undefined: not at all. */
function cacheTime({ plan, step, call, scope }: PreparedCall): number | null | undefined {
  const asked = step.document.cache ?? plan.document.defaults.cache
  if (asked === undefined || asked === false || scope.settings.cache === false || !isCacheable(call)) return undefined
  // What was said would be missing from the conversation.
  if (step.document.session !== undefined) return undefined
  return asked === true || asked.ttl === undefined ? null : parseDuration(asked.ttl)
}

/** Whether doing nothing instead makes no difference: it has no effects, and what it makes comes from what it is given. */
function isCacheable({ type, tools }: PlannedCall): boolean {
  if (type.kind !== 'step' || type.effect === true || !type.safeToRepeat || !(type.deterministic || type.usesModel)) return false
  return tools.every(({ step: { work } }) => work.kind === 'call' && isCacheable(work))
}

function partsOf({ step, call, scope, input }: PreparedCall): Parameters<typeof cacheKey>[0] {
  const { type, models, tools } = call
  return {
    stepType: type.id,
    pluginVersion: scope.points.versionOf(type.kind, type.id) ?? '',
    input: scope.secrets.stable(input),
    models,
    provider: scope.settings.provider ?? null,
    providerSettings: scope.settings.providerSettings ?? {},
    guardrails: scope.guards.inForce,
    class: step.document.class ?? (type.kind === 'step' ? type.class : 'generation'),
    ...(tools.length === 0 ? {} : { more: tools.map(({ document }) => document) }),
  }
}
