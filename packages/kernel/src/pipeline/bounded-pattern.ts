import { setFlagsFromString } from 'node:v8'
import { createContext, Script } from 'node:vm'

const timeLimitMs = 250
const beyondBasicPlane = /[\u{10000}-\u{10FFFF}]|\p{Cs}/u
/** Look-around, back references and Unicode classes: what V8's linear engine does not know. */
const needsBacktracking = /\(\?<?[=!]|\\(?:[1-9]|k<|[pPu])/

let hasFallback = false
let sandbox: { readonly context: Record<string, unknown>; readonly script: Script } | undefined

/** A regular expression of a stranger: one like (a+)+$ would make the backtracking engine work for hours. */
export interface BoundedPattern {
  /** @throws Error when it takes too long */
  test(text: string): boolean
  /** Another text for each pattern. */
  toString(): string
}

/** A pattern as JSON Schema has them, with the flag `u`. @throws SyntaxError */
export function boundedPattern(source: string): BoundedPattern {
  // For the whole process, since V8 knows no smaller scope: matches that backtrack too much go over to the linear engine.
  // It has to be set before the expression is made, and helps none that has a flag.
  if (!hasFallback) setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
  hasFallback = true
  const exact = new RegExp(source, 'u')
  const linear = needsBacktracking.test(source) ? null : new RegExp(source)
  return {
    // Without characters beyond the basic plane the flag changes nothing.
    test: (text) => (linear === null || beyondBasicPlane.test(text) ? testInTime(exact, text) : linear.test(text)),
    toString: () => exact.toString(),
  }
}

/** A script's time limit interrupts a match as well. */
function testInTime(pattern: RegExp, text: string): boolean {
  sandbox ??= { context: createContext({}), script: new Script('pattern.test(text)') }
  Object.assign(sandbox.context, { pattern, text })
  try {
    return sandbox.script.runInContext(sandbox.context, { timeout: timeLimitMs }) === true
  } catch (cause) {
    throw new Error(`The pattern ${pattern.source} takes too long on a text of ${text.length} characters.`, { cause })
  }
}
