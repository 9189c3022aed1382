import jsonata from 'jsonata'
import { PipewrightError } from '@pipewright/kernel'

/** How long an expression may compute, in milliseconds, and how deep it may recurse. */
const timeLimitMs = 20_000
const maxDepth = 500
const checkEvery = 1000

interface Evaluation {
  readonly signal: AbortSignal
  readonly now: () => number
}

/** The hooks that JSONata calls around each evaluated node; how its own documentation bounds untrusted expressions. */
interface Hooked {
  assign(name: string, value: unknown): void
}

/**
 * Evaluates a JSONata expression within bounds of time and depth. The clock and chance are not available in it, so that the
 * same data always gives the same result.
 * @throws EXPRESSION_FAILED, STEP_TIMEOUT
 */
export async function evaluateExpression(expression: string, data: unknown, { signal, now }: Evaluation): Promise<unknown> {
  const compiled = parse(expression)
  const deadline = now() + timeLimitMs
  let depth = 0
  let evaluated = 0
  const hooks = compiled as unknown as Hooked
  hooks.assign(Symbol.for('jsonata.__evaluate_entry') as unknown as string, () => {
    depth++
    if (depth > maxDepth) throw new PipewrightError('EXPRESSION_FAILED', `The expression recurses more than ${maxDepth} levels deep.`)
    if (++evaluated % checkEvery !== 0) return
    signal.throwIfAborted()
    if (now() > deadline)
      throw new PipewrightError('STEP_TIMEOUT', `The expression computed for more than ${timeLimitMs / 1000} s.`, { retryable: false })
  })
  hooks.assign(Symbol.for('jsonata.__evaluate_exit') as unknown as string, () => {
    depth--
  })
  for (const name of ['now', 'millis', 'random', 'shuffle', 'eval']) {
    compiled.registerFunction(name, () => {
      throw new PipewrightError('EXPRESSION_FAILED', `$${name}() is not available: the same data has to give the same result.`)
    })
  }
  try {
    const result: unknown = await compiled.evaluate(data)
    if (result === undefined) return endsInList(expression) ? [] : null
    // Results carry properties of the language's own (sequence marks, functions): only the JSON in them is passed on.
    return JSON.parse(JSON.stringify(result) ?? 'null') as unknown
  } catch (error) {
    if (PipewrightError.isInstance(error)) throw error
    signal.throwIfAborted()
    throw failure(error)
  }
}

function parse(expression: string): jsonata.Expression {
  try {
    return jsonata(expression)
  } catch (error) {
    throw failure(error)
  }
}

function endsInList(expression: string): boolean {
  return expression.trimEnd().endsWith('[]')
}

function failure(error: unknown): PipewrightError {
  const { message, position, code } = error as { message?: string; position?: number; code?: string }
  const where = position === undefined ? '' : ` (at character ${position})`
  return new PipewrightError('EXPRESSION_FAILED', `The JSONata expression failed${where}: ${message ?? String(error)}`, {
    details: { ...(code === undefined ? {} : { code }) },
    cause: error,
  })
}
