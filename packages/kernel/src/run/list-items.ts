import { PipewrightError } from '../errors/pipewright-error.js'
import type { PlannedStep } from '../pipeline/plan.js'
import type { Scope } from '../pipeline/template-engine.js'
import type { RunScope } from './run-scope.js'

/** What a for_each goes over. */
export type Items = ArrayLike<unknown>

/** How many items one for_each may have. */
const maxItems = 100_000

/** The items of a step: the list that it names, files of the project in the order of their names, or numbers. @throws STEP_INPUT_INVALID */
export async function listItems({ forEach }: PlannedStep, path: string, values: Scope, scope: RunScope): Promise<Items> {
  const given = forEach?.items.evaluate(values)
  const items = Array.isArray(given) ? given : isRecord(given) ? await madeOf(given, path, scope) : undefined
  if (!items) {
    throw new PipewrightError(
      'STEP_INPUT_INVALID',
      `for_each of step "${path}" is ${given === null ? 'null' : typeof given}, not a list.`,
      {
        hint: 'Give a list; a transform step can make one.',
      },
    )
  }
  if (items.length > maxItems)
    throw new PipewrightError(
      'STEP_INPUT_INVALID',
      `for_each of step "${path}" has ${items.length} items; at most ${maxItems} are gone over.`,
      {
        hint: 'Split the list, or let one step work on many.',
      },
    )
  return items
}

async function madeOf(given: Record<string, unknown>, path: string, scope: RunScope): Promise<readonly unknown[] | undefined> {
  if (typeof given['files'] === 'string') return filesOf(given['files'], path, scope)
  if (!('to' in given)) return undefined
  const [from, to, step] = [given['from'] ?? 0, given['to'], given['step'] ?? 1].map(Number) as [number, number, number]
  if (![from, to, step].every(Number.isSafeInteger))
    throw new PipewrightError(
      'STEP_INPUT_INVALID',
      `for_each of step "${path}" goes from ${String(given['from'])} to ${String(given['to'])}, which are no whole numbers.`,
    )
  const length = Math.max(0, Math.floor((to - from) / step) + 1)
  // The bound on items is said with its number, not by running out of memory.
  return Array.from({ length: Math.min(length, maxItems + 1) }, (_, index) => from + index * step)
}

/** Files may come and go: which ones they were is kept, so that a resumed run goes over the same. */
async function filesOf(pattern: string, path: string, scope: RunScope): Promise<readonly unknown[]> {
  const before = scope.journal.state.lists.get(path)
  if (before) return before
  const items = await scope.files.list(pattern)
  scope.journal.note({ type: 'items-listed', step: path, items })
  return items
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
