import { createRoute, z } from '@hono/zod-openapi'
import { domains, maturities, packageKinds } from '@pipewright/kernel/documents'
import type { Ranked } from '../../search/list-packages.js'
import type { Api, Services } from '../environment.js'
import { listPage } from '../list-page.js'
import { problemResponses } from '../problem-responses.js'

const sorts = ['relevance', 'rating', 'downloads', 'updated'] as const

const querySchema = z.object({
  q: z.string().max(4000).optional().openapi({ description: 'What is wanted, in plain language.' }),
  kind: z.enum(packageKinds).optional(),
  domain: z.enum(domains).optional(),
  tag: z.string().max(60).optional(),
  maturity: z.enum(maturities).optional(),
  scope: z.string().max(41).optional().openapi({ description: 'With or without its @.', example: '@pipewright' }),
  sort: z.enum(sorts).optional().openapi({
    description:
      'Default: relevance with q, else updated. Ratings and downloads are not counted yet: all packages are equal in them, and equal ones come by the time of their last version.',
  }),
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, 'a whole number from 1 to 100')
    .transform(Number)
    .default(20)
    .openapi({ type: 'integer', minimum: 1, maximum: 100, default: 20 }),
  cursor: z.string().max(1000).optional().openapi({ description: 'nextCursor of the page before, with everything else the same.' }),
})

const itemSchema = z
  .object({
    name: z.string().openapi({ example: '@pipewright/csv-clean' }),
    version: z.string(),
    kind: z.enum(packageKinds),
    description: z.string(),
    purpose: z.string(),
    domain: z.union([z.enum(domains), z.literal('')]),
    tags: z.array(z.string()),
    maturity: z.enum(maturities),
    deprecated: z.boolean(),
    updatedAt: z.iso.datetime(),
    score: z.number().min(0).max(1).optional().openapi({ description: 'How well it fits q; there with q only.' }),
    reasons: z.array(z.string()).optional().openapi({ description: 'Why, in plain language; there with q only.' }),
  })
  .openapi('PackageSummary')

const route = createRoute({
  method: 'get',
  path: '/v1/packages',
  operationId: 'listPackages',
  summary: 'Search and list packages',
  description: 'Packages with a version to install, each with its newest: yanked and quarantined versions do not come up.',
  tags: ['packages'],
  request: { query: querySchema },
  responses: {
    200: {
      description: 'One page, best first',
      content: {
        'application/json': {
          schema: z.object({ items: z.array(itemSchema), nextCursor: z.string().nullable() }).openapi('PackageList'),
        },
      },
    },
    ...problemResponses('invalid-request', 'invalid-cursor'),
  },
})

export function addListPackages(api: Api, { search }: Services): void {
  api.openapi(route, async (context) => {
    const { q = '', sort, limit, cursor, scope, ...filter } = context.req.valid('query')
    const text = q.trim()
    const { ranked, nextCursor } = await listPage(search, {
      text,
      filter: { ...filter, scope: scope === undefined || scope.startsWith('@') ? scope : `@${scope}` },
      by: text !== '' && (sort ?? 'relevance') === 'relevance' ? 'relevance' : 'updated',
      limit,
      cursor,
    })
    return context.json({ items: ranked.map(toItem), nextCursor }, 200, { 'cache-control': 'public, max-age=60' })
  })
}

function toItem({ listed: { listing, tags, deprecated, updatedAt }, fit }: Ranked): z.infer<typeof itemSchema> {
  const { name, version, kind, description, about, maturity } = listing
  return {
    name,
    version,
    kind,
    description,
    purpose: about.purpose ?? description,
    domain: about.domain ?? '',
    tags: [...tags],
    maturity,
    deprecated,
    updatedAt: updatedAt.toISOString(),
    ...(fit && { score: fit.score, reasons: [...fit.reasons] }),
  }
}
