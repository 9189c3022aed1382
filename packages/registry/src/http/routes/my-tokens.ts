import { createRoute, z } from '@hono/zod-openapi'
import { createToken, listTokens, mayGrant, revokeToken, tokenScopes } from '../../tokens/tokens.js'
import type { Api, Services } from '../environment.js'
import { authenticate } from '../middleware/authenticate.js'
import { problemResponses } from '../problem-responses.js'
import { Problem } from '../problem.js'
import { keepableText } from '../text.js'
import { security, writeHeaders, writeProblems, writingOwn } from '../writing.js'

const dayMs = 24 * 60 * 60 * 1000

const tokenSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    scopes: z.array(z.enum(tokenScopes)),
    packages: z.array(z.string()),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    revokedAt: z.iso.datetime().nullable(),
  })
  .openapi('Token')
const createdSchema = tokenSchema
  .extend({
    token: z.string().nullable().openapi({
      description: 'The token itself, shown this once. Null when the request is a repetition by its Idempotency-Key.',
    }),
  })
  .openapi('CreatedToken')
const newTokenSchema = z
  .object({
    label: keepableText(200).default(''),
    scopes: z.array(z.enum(tokenScopes)).min(1).max(tokenScopes.length),
    packages: z
      .array(
        z
          .string()
          .max(120)
          .regex(/^@[a-z0-9][a-z0-9-]*\/(\*|[a-z0-9][a-z0-9_-]*)$/, '@scope/name or @scope/*'),
      )
      .max(100)
      .default([])
      .openapi({ description: 'What it is good for: names or `@scope/*`; empty for all that the caller’s token is good for.' }),
    expiresInDays: z.int().min(1).max(3650).optional().openapi({ description: 'Without it, it does not expire.' }),
  })
  .openapi('NewToken')

export function addMyTokens(api: Api, services: Services): void {
  addList(api, services)
  addCreate(api, services)
  addRevoke(api, services)
}

function addList(api: Api, services: Services): void {
  const route = createRoute({
    method: 'get',
    path: '/v1/me/tokens',
    operationId: 'listTokens',
    summary: 'Your tokens, without the secrets',
    tags: ['me'],
    security,
    middleware: [authenticate(services)] as const,
    responses: {
      200: {
        description: 'The newest first',
        content: {
          'application/json': { schema: z.object({ items: z.array(tokenSchema), nextCursor: z.null() }).openapi('TokenList') },
        },
      },
      ...problemResponses('unauthenticated'),
    },
  })
  api.openapi(route, async (context) => {
    const rows = await listTokens(services.database, context.get('caller').owner)
    return context.json({ items: rows.map(toToken), nextCursor: null }, 200, { 'cache-control': 'no-store' })
  })
}

function addCreate(api: Api, services: Services): void {
  const route = createRoute({
    method: 'post',
    path: '/v1/me/tokens',
    operationId: 'createToken',
    summary: 'Make a token that may do no more than the one you make it with',
    tags: ['me'],
    security,
    middleware: writingOwn(services, withoutSecret),
    request: { headers: writeHeaders, body: { required: true, content: { 'application/json': { schema: newTokenSchema } } } },
    responses: {
      201: { description: 'Made', content: { 'application/json': { schema: createdSchema } } },
      ...problemResponses(...writeProblems),
    },
  })
  api.openapi(route, async (context) => {
    const caller = context.get('caller')
    const { label, scopes, expiresInDays, ...rest } = context.req.valid('json')
    const packages = rest.packages.length > 0 ? rest.packages : [...caller.packages]
    if (!mayGrant(caller, scopes, packages)) throw new Problem('forbidden', 'A token can only be given what the token that makes it has.')
    const now = services.now()
    const expiresAt = expiresInDays === undefined ? null : new Date(now.getTime() + expiresInDays * dayMs)
    const { token, row } = await createToken(services.database, { owner: caller.owner, label, scopes, packages, expiresAt }, now)
    return context.json({ ...toToken(row), token }, 201, { 'cache-control': 'no-store' })
  })
}

function addRevoke(api: Api, services: Services): void {
  const route = createRoute({
    method: 'delete',
    path: '/v1/me/tokens/{id}',
    operationId: 'revokeToken',
    summary: 'Revoke one of your tokens',
    tags: ['me'],
    security,
    middleware: writingOwn(services),
    request: { params: z.object({ id: z.uuid().openapi({ param: { name: 'id', in: 'path' } }) }), headers: writeHeaders },
    responses: {
      200: {
        description: 'It is good for nothing any more',
        content: { 'application/json': { schema: z.object({ id: z.string(), revoked: z.literal(true) }).openapi('RevokedToken') } },
      },
      ...problemResponses(...writeProblems, 'not-found'),
    },
  })
  api.openapi(route, async (context) => {
    const { id } = context.req.valid('param')
    if (!(await revokeToken(services.database, context.get('caller').owner, id, services.now())))
      throw new Problem('not-found', 'You have no such token, or it is revoked already.')
    return context.json({ id, revoked: true as const }, 200)
  })
}

/** A secret is kept as a hash only, so an answer that is kept goes without it. */
function withoutSecret(body: string): string {
  const answer = JSON.parse(body) as Record<string, unknown>
  return JSON.stringify('token' in answer ? { ...answer, token: null } : answer)
}

function toToken(row: Awaited<ReturnType<typeof listTokens>>[number]): z.infer<typeof tokenSchema> {
  const { id, label, scopes, packages, createdAt, expiresAt, revokedAt } = row
  return {
    id,
    label,
    scopes: scopes as z.infer<typeof tokenSchema>['scopes'],
    packages,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  }
}
