import { createRoute, z } from '@hono/zod-openapi'
import { sql } from 'drizzle-orm'
import type { Api, Services } from '../environment.js'
import { problemResponses } from '../problem-responses.js'

const route = createRoute({
  method: 'get',
  path: '/v1/health',
  operationId: 'readHealth',
  summary: 'Whether the registry and its database answer',
  tags: ['registry'],
  responses: {
    200: {
      description: 'They do',
      content: {
        'application/json': { schema: z.object({ status: z.literal('ok'), database: z.enum(['pglite', 'postgresql']) }).openapi('Health') },
      },
    },
    ...problemResponses(),
  },
})

export function addHealth(api: Api, { database }: Services): void {
  api.openapi(route, async (context) => {
    await database.queries.execute(sql`select 1`)
    return context.json({ status: 'ok' as const, database: database.kind }, 200, { 'cache-control': 'no-store' })
  })
}
