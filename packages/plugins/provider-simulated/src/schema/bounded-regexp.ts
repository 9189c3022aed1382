import { createContext, Script } from 'node:vm'
import { PipewrightError } from '@pipewright/kernel'

/** How long one test of a pattern may take, in milliseconds. Schemas are not trusted, and a pattern can take for ever. */
const longestTest = 1_000

const sandbox = createContext({ expression: /./u, text: '' })
const script = new Script('expression.test(text)')

/** A regular expression whose test cannot hang: it ends with PROVIDER_INVALID_REQUEST instead. @throws SyntaxError */
export function boundedRegExp(pattern: string): { test(text: string): boolean; toString(): string } {
  const expression = new RegExp(pattern, 'u')
  return {
    test: (text) => {
      Object.assign(sandbox, { expression, text })
      try {
        return script.runInContext(sandbox, { timeout: longestTest }) === true
      } catch (error) {
        throw new PipewrightError(
          'PROVIDER_INVALID_REQUEST',
          `The pattern ${pattern.slice(0, 200)} of the schema takes too long to check.`,
          {
            hint: 'Write the pattern without repetitions inside repetitions.',
            cause: error,
          },
        )
      }
    },
    // Validators tell expressions apart by it.
    toString: () => expression.toString(),
  }
}
