import { setImmediate as nextTurn } from 'node:timers/promises'
import jsonata from 'jsonata'
import { PipewrightError } from '@pipewright/kernel'
import { distinctValues } from './distinct-values.js'
import { parallelBranches } from './parallel-branches.js'
import { sortValues } from './sort-values.js'

/** How long an expression may compute, in milliseconds. */
const timeLimitMs = 60_000
/** How deep evaluations may stand in one another. A call of a function takes about six. */
const maxDepth = 3000
/** How much deeper it may go for each key of a group that is being evaluated: their evaluations are open side by side. */
const depthPerBranch = 30
/** How many evaluations may be open in all; each holds some 2 KB. */
const maxOpen = 200_000
/** After how many evaluations others get a turn, so that a step can be stopped … */
const turnEvery = 5000
/** … and after how many milliseconds, as a single evaluation can be slow. */
const turnEveryMs = 50

/** JSONata's own errors for `$error` and `$assert`: their message is the author's. */
const authorsErrors = new Set(['D3137', 'D3141'])

const unavailable = ['now', 'millis', 'random', 'shuffle', 'eval']

export interface Evaluation {
  readonly signal: AbortSignal
  readonly now: () => number
}

/** The hooks that JSONata calls around each evaluated node; how its own documentation bounds untrusted expressions. */
interface Hooked {
  assign(name: symbol, hook: (node: unknown) => void | Promise<void>): void
}

/** A compiled expression. @param variables can be used in it as `$name` */
export type PreparedExpression = (data: unknown, variables?: Readonly<Record<string, unknown>>) => Promise<unknown>

/**
 * Evaluates a JSONata expression within bounds of time and depth. The clock and chance are not available in it, so that the
 * same data always gives the same result. One that ends in `[]` always gives a list.
 * @throws EXPRESSION_FAILED, STEP_TIMEOUT
 */
export async function evaluateExpression(expression: string, data: unknown, evaluation: Evaluation): Promise<unknown> {
  return prepareExpression(expression, evaluation)(data)
}

/**
 * The same for many pieces of data, one after the other: compiled once, and bounded in time for all of them together.
 * @throws EXPRESSION_FAILED when it cannot be read
 */
export function prepareExpression(expression: string, evaluation: Evaluation): PreparedExpression {
  const compiled = compile(expression, evaluation)
  const givesList = expression.trimEnd().endsWith('[]')
  return async (data, variables) => {
    evaluation.signal.throwIfAborted()
    try {
      const result = toJson(await compiled.evaluate(data, variables))
      return givesList ? asList(result) : result
    } catch (error) {
      evaluation.signal.throwIfAborted()
      throw PipewrightError.isInstance(error) ? error : failure(error, expression)
    }
  }
}

function compile(expression: string, evaluation: Evaluation): jsonata.Expression {
  try {
    const compiled = jsonata(expression)
    bound(compiled, evaluation)
    compiled.registerFunction('distinct', distinctValues)
    compiled.registerFunction('sort', sortValues, '<af?:a>')
    for (const name of unavailable) compiled.registerFunction(name, () => refuse(name))
    return compiled
  } catch (error) {
    throw failure(error, expression)
  }
}

function bound(compiled: jsonata.Expression, { signal, now }: Evaluation): void {
  const started = now()
  let lastTurn = started
  const branches = parallelBranches(compiled.ast())
  let open = 0
  let openBranches = 0
  let evaluations = 0
  // The declared types know names only; the hooks are found by symbols.
  const hooks = compiled as unknown as Hooked
  hooks.assign(Symbol.for('jsonata.__evaluate_entry'), (node) => {
    open++
    evaluations++
    if (branches.has(node)) openBranches++
    if (open > maxDepth + depthPerBranch * openBranches)
      throw new PipewrightError('EXPRESSION_FAILED', `The expression recurses more than ${maxDepth} levels deep.`)
    if (open > maxOpen)
      throw new PipewrightError('EXPRESSION_FAILED', 'The expression recurses without end, or groups too much at a time.', {
        hint: 'Give it less data, or group by something with fewer values.',
      })
    return evaluations % turnEvery === 0 || now() - lastTurn > turnEveryMs ? takeTurn() : undefined
  })
  hooks.assign(Symbol.for('jsonata.__evaluate_exit'), (node) => {
    open--
    if (branches.has(node)) openBranches--
  })

  const takeTurn = async (): Promise<void> => {
    await nextTurn()
    signal.throwIfAborted()
    lastTurn = now()
    if (lastTurn - started <= timeLimitMs) return
    throw new PipewrightError('STEP_TIMEOUT', `The expression computed for more than ${timeLimitMs / 1000} s.`, {
      retryable: false,
      hint: 'Give it less data, or spread the work over several steps.',
    })
  }
}

function refuse(name: string): never {
  throw new PipewrightError('EXPRESSION_FAILED', `$${name}() is not available: the same data has to give the same result.`, {
    hint: name === 'now' || name === 'millis' ? 'Put {{ run.started_at }} into the input.' : 'Put the value into the input.',
  })
}

/** What JSON there is in a result: without the language's own marks on lists. What is undefined becomes null. */
function toJson(result: unknown): unknown {
  const text = JSON.stringify(result, (_key, value: unknown) => {
    if (typeof value === 'function' || (typeof value === 'object' && value !== null && '_jsonata_lambda' in value)) {
      throw new PipewrightError('EXPRESSION_FAILED', 'The expression gives a function, which is not data.', { hint: 'Call the function.' })
    }
    return value
  }) as string | undefined
  return text === undefined ? null : (JSON.parse(text) as unknown)
}

function asList(result: unknown): unknown[] {
  if (result === null) return []
  return Array.isArray(result) ? result : [result]
}

function failure(error: unknown, expression: string): PipewrightError {
  const { message, position, code } = error as { message?: string; position?: number; code?: string }
  const said = (message ?? String(error)).slice(0, 500)
  const details = { ...(code === undefined ? {} : { code }), ...(position === undefined ? {} : { position }) }
  if (code !== undefined && authorsErrors.has(code)) {
    // Below its first line an author says what to do about it.
    const [first = '', ...rest] = said.split('\n')
    const hint = rest.join(' ').trim() || 'The pipeline checks its data here and cannot go on with these: give it others.'
    return new PipewrightError('EXPRESSION_FAILED', first, { hint, details, cause: error })
  }
  return new PipewrightError('EXPRESSION_FAILED', `The JSONata expression failed${at(expression, position)}: ${said}`, {
    details,
    cause: error,
  })
}

function at(expression: string, position: number | undefined): string {
  if (position === undefined) return ''
  const before = expression.slice(0, position).split('\n')
  return ` at line ${before.length}, column ${before.at(-1)?.length ?? 0}`
}
