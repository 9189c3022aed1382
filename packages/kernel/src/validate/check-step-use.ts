import type { PlannedCall, PlannedStep } from '../pipeline/plan.js'
import { hasEffect, hasPowerfulTools } from './effects.js'
import type { Subject } from './subject.js'

/** Finds keys of steps that their step types have no use for: tools, sessions, caches, models. */
export function checkStepUse({ places, findings }: Subject): void {
  for (const { step } of places.values()) {
    if (step.work.kind !== 'call') continue
    const refused = [refusedTools(step, step.work), refusedSession(step, step.work), refusedCache(step, step.work)]
    for (const problem of refused) {
      if (!problem) continue
      const { code, message, hint, key } = problem
      findings.error('semantic', code, message, findings.sources.key([...step.at, key]), hint)
    }
    for (const key of ['model', 'models'] as const)
      if (step.document[key] !== undefined && !step.work.type.usesModel)
        findings.warn(
          'semantic',
          'UNKNOWN_KEY',
          `Step "${step.id}" asks no model, so ${key}: has no meaning.`,
          findings.sources.key([...step.at, key]),
          'Remove the key.',
        )
  }
}

interface Refused {
  readonly code: 'TOOLS_REFUSED' | 'SESSION_REFUSED' | 'CACHE_REFUSED'
  readonly key: 'tools' | 'session' | 'cache'
  readonly message: string
  readonly hint?: string
}

function refusedTools({ id, document }: PlannedStep, { type, tools }: PlannedCall): Refused | null {
  if (tools.length === 0 || (type.kind === 'step' && type.usesTools === true)) return null
  return { code: 'TOOLS_REFUSED', key: 'tools', message: `Step "${id}" has tools, and ${document.uses} offers none to a model.` }
}

function refusedSession({ id, document, forEach }: PlannedStep, { type }: PlannedCall): Refused | null {
  if (document.session === undefined) return null
  if (type.kind !== 'step' || type.usesSession !== true)
    return { code: 'SESSION_REFUSED', key: 'session', message: `Step "${id}" has a session, and ${document.uses} does not go on with one.` }
  if (!forEach) return null
  return {
    code: 'SESSION_REFUSED',
    key: 'session',
    message: `The items of step "${id}" are worked on side by side, so nobody knows in which order they would speak.`,
    hint: 'Put the step into a group (steps:) that has the for_each: each item then has a conversation of its own.',
  }
}

function refusedCache(step: PlannedStep, { type }: PlannedCall): Refused | null {
  const { cache } = step.document
  if (cache === undefined || cache === false) return null
  const refuse = (why: string): Refused => ({ code: 'CACHE_REFUSED', key: 'cache', message: `Step "${step.id}" cannot be cached: ${why}.` })
  if (step.document.session !== undefined) return refuse('what it says would be missing from the conversation')
  if (hasEffect(step)) return refuse('what it does would not be done')
  if (hasPowerfulTools(step)) return refuse('what its tools do would not be done')
  if (type.usesModel || (type.kind === 'step' && type.deterministic)) return null
  return refuse('it may give something else each time, and asks no model')
}
