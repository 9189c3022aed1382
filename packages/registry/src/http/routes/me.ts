import { createRoute, z } from '@hono/zod-openapi'
import { tokenScopes } from '../../tokens/tokens.js'
import type { Api, Services } from '../environment.js'
import { authenticate } from '../middleware/authenticate.js'
import { problemResponses } from '../problem-responses.js'
import { security } from '../writing.js'

const meSchema = z
  .object({
    name: z.string(),
    tokenId: z.string(),
    scopes: z.array(z.enum(tokenScopes)),
    packages: z.array(z.string()).openapi({ description: 'Names or `@scope/*` that the token is good for; empty for all.' }),
  })
  .openapi('Me')

export function addMe(api: Api, services: Services): void {
  const route = createRoute({
    method: 'get',
    path: '/v1/me',
    operationId: 'readMe',
    summary: 'Whom the registry takes you for',
    tags: ['me'],
    security,
    middleware: [authenticate(services)] as const,
    responses: {
      200: { description: 'You', content: { 'application/json': { schema: meSchema } } },
      ...problemResponses('unauthenticated'),
    },
  })
  api.openapi(route, (context) => {
    const { owner, tokenId, scopes, packages } = context.get('caller')
    return context.json({ name: owner, tokenId, scopes: [...scopes], packages: [...packages] }, 200, { 'cache-control': 'no-store' })
  })
}
