import type { Context } from 'hono'
import type { Environment } from './environment.js'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { problemTable, type ProblemCode } from './problem-table.js'

/** Thrown by anything under the API; answered as RFC 9457 problem+json. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ProblemCode, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail)
    this.code = code
    this.headers = headers
  }
}

export function answerProblem(context: Context<Environment>, problem: Problem): Response {
  const { status, title, hint } = problemTable[problem.code]
  const body = {
    type: `https://pipewright.dev/problems/${problem.code}`,
    title,
    status,
    detail: problem.message,
    code: problem.code,
    hint,
    requestId: context.get('requestId'),
  }
  return context.body(JSON.stringify(body), status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...problem.headers,
  })
}
