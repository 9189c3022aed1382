import type { StepDocument } from './document-schema.js'
import type { FindingList } from './finding-list.js'
import type { DocumentPath } from './source-map.js'

/** Keys that say something only of a step of one kind, or beside another key. */
const belongsTo: readonly (readonly [key: keyof StepDocument, needs: readonly (keyof StepDocument)[]])[] = [
  ['with', ['uses']],
  ['model', ['uses']],
  ['models', ['uses']],
  ['tools', ['uses']],
  ['session', ['uses']],
  ['cache', ['uses']],
  ['retry', ['uses']],
  ['idempotency_key', ['uses']],
  ['class', ['uses']],
  ['output', ['steps', 'switch']],
  ['cases', ['switch']],
  ['default', ['switch']],
  ['as', ['for_each']],
  ['max_iterations', ['while', 'until']],
  ['on_limit', ['while', 'until']],
]

const kinds = ['uses', 'steps', 'switch'] as const
/** Names that have a meaning of their own. */
const reserved = new Set(['inputs', 'variables', 'secrets', 'steps', 'run', 'item', 'index', 'loop', 'arguments', 'error', 'forloop'])

/** Checks that the keys of a step go together. @returns whether it can be bound */
export function checkStepShape(step: StepDocument, at: DocumentPath, findings: FindingList): boolean {
  const { sources } = findings
  const has = (key: keyof StepDocument): boolean => step[key] !== undefined
  const given = kinds.filter(has)
  if (given.length !== 1) {
    const message =
      given.length === 0
        ? `Step "${step.id}" does not say what it does.`
        : `Step "${step.id}" has both ${given.join(' and ')}, and can be only one thing.`
    findings.error(
      'syntax',
      given.length === 0 ? 'MISSING_KEY' : 'INVALID_VALUE',
      message,
      given.length === 0 ? sources.value([...at, 'id']) : sources.key([...at, given[1] as string]),
      'Give it uses: with a step type, steps: for a group, or switch: with cases.',
    )
    return false
  }
  for (const [key, needs] of belongsTo) {
    if (!has(key) || needs.some(has)) continue
    findings.error(
      'syntax',
      'UNKNOWN_KEY',
      `"${key}" has no meaning in step "${step.id}".`,
      sources.key([...at, key]),
      `It goes with ${needs.map((need) => `${need}:`).join(' or ')}`,
    )
  }
  if (has('switch') && !has('cases'))
    findings.error(
      'syntax',
      'MISSING_KEY',
      `The switch "${step.id}" has no cases.`,
      sources.key([...at, 'switch']),
      'Add cases: with steps for each value.',
    )
  if (has('model') && has('models'))
    findings.error(
      'syntax',
      'INVALID_VALUE',
      `Step "${step.id}" has both model and models.`,
      sources.key([...at, 'models']),
      'Keep one of them.',
    )
  if ((has('while') || has('until')) && !has('max_iterations'))
    findings.error(
      'logical',
      'LOOP_UNBOUNDED',
      `The loop "${step.id}" has no bound.`,
      sources.key([...at, has('while') ? 'while' : 'until']),
    )
  if (step.as !== undefined && reserved.has(step.as))
    findings.error(
      'semantic',
      'INVALID_VALUE',
      `An item cannot be called "${step.as}".`,
      sources.value([...at, 'as']),
      'Choose another name.',
    )
  return true
}
