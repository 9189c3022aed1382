import { boundInputTokens } from '../budget/token-bound.js'
import type { ModelRequest } from '../points/provider.js'

/** The most that APIs add by themselves to a request with tools or an output schema, in tokens, generously. */
const addedByApi = 1_000

/** An upper bound from what an API has counted itself: such counts are called estimates by those who give them. */
export function boundCountedTokens(counted: number): number {
  return Math.ceil(counted * 1.02) + 16
}

/** An upper bound of the input tokens of a request, with what an API adds to it. */
export function boundSentTokens(request: ModelRequest): number {
  const adds = (request.tools?.length ?? 0) > 0 || request.outputSchema !== undefined
  return boundInputTokens(request) + (adds ? addedByApi : 0)
}
