import { createRoute, z } from '@hono/zod-openapi'
import { maturities, packageKinds } from '@pipewright/kernel/documents'
import { readPackage } from '../../packages/read-packages.js'
import type { Api, Services } from '../environment.js'
import { nameOf, packageParameters } from '../parameters.js'
import { problemResponses } from '../problem-responses.js'

const versionSummarySchema = z
  .object({
    version: z.string(),
    integrity: z.string(),
    maturity: z.enum(maturities),
    publishedAt: z.iso.datetime(),
    publishedBy: z.string(),
    yanked: z.boolean().openapi({ description: 'Not for new installations; what is pinned keeps working.' }),
    yankReason: z.string().nullable(),
    deprecated: z.boolean(),
    deprecationReason: z.string().nullable(),
    quarantined: z.boolean().openapi({ description: 'Its files are not given out.' }),
  })
  .openapi('VersionSummary')

const packageSchema = z
  .object({
    name: z.string(),
    kind: z.enum(packageKinds),
    description: z.string(),
    owners: z.array(z.string()),
    distTags: z.record(z.string(), z.string()),
    versions: z.array(versionSummarySchema).openapi({ description: 'The newest first.' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('Package')

const route = createRoute({
  method: 'get',
  path: '/v1/packages/{scope}/{name}',
  operationId: 'readPackage',
  summary: 'A package and all that can change about its versions',
  tags: ['packages'],
  request: { params: packageParameters },
  responses: {
    200: { description: 'The package', content: { 'application/json': { schema: packageSchema } } },
    304: { description: 'Not changed since the ETag that was sent' },
    ...problemResponses('invalid-request', 'not-found'),
  },
})

export function addReadPackage(api: Api, { database }: Services): void {
  api.openapi(route, async (context) => {
    const { row, versions, tags } = await readPackage(database, nameOf(context.req.valid('param')))
    return context.json(
      {
        name: row.name,
        kind: row.kind,
        description: row.description,
        owners: [row.owner],
        distTags: tags,
        versions: versions.map((version) => ({
          version: version.version,
          integrity: version.integrity,
          maturity: version.maturity,
          publishedAt: version.publishedAt.toISOString(),
          publishedBy: version.publishedBy,
          yanked: version.yanked,
          yankReason: version.yankReason,
          deprecated: version.deprecated,
          deprecationReason: version.deprecationReason,
          quarantined: version.quarantined,
        })),
        createdAt: row.createdAt.toISOString(),
        updatedAt: row.updatedAt.toISOString(),
      },
      200,
      { 'cache-control': 'public, max-age=60' },
    )
  })
}
