import { z } from '@hono/zod-openapi'
import { problemTable, type ProblemCode } from './problem-table.js'

const codes = Object.keys(problemTable) as [ProblemCode, ...ProblemCode[]]

const problemSchema = z
  .object({
    type: z.string().openapi({ example: 'https://pipewright.dev/problems/not-found' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(codes),
    hint: z.string(),
    requestId: z.string(),
  })
  .openapi('Problem', { description: 'RFC 9457 problem details, with a code to tell them apart and a hint at the way out.' })

/**
 * The responses of an operation that can answer with these problems, by status. Any can answer 500 and 503.
 * @returns responses by status; an `object`, so that a handler's own type has only what it returns, not what it throws
 */
export function problemResponses(...own: readonly ProblemCode[]): object {
  const byStatus = Map.groupBy([...own, 'internal', 'unavailable'] as const, (code) => problemTable[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `${problemTable[code].title} (\`${code}\`)`).join('; '),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  )
}
