import { createRoute, z } from '@hono/zod-openapi'
import { packageKinds } from '@pipewright/kernel/documents'
import { capabilitiesOf } from '../../packages/capabilities.js'
import { readVersion } from '../../packages/read-packages.js'
import { AnswerCache } from '../answer-cache.js'
import { immutable } from '../caching.js'
import type { Api, Services } from '../environment.js'
import { nameOf, versionParameters } from '../parameters.js'
import { problemResponses } from '../problem-responses.js'

const anything = z.record(z.string(), z.unknown())

const versionSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    kind: z.enum(packageKinds),
    integrity: z.string().openapi({ description: 'Of all files together.' }),
    publishedAt: z.iso.datetime(),
    publishedBy: z.string(),
    manifest: anything,
    document: anything
      .nullable()
      .openapi({ description: 'The pipeline or component with its defaults filled in; null for a plugin listing.' }),
    parameters: anything.openapi({ description: 'What it takes, by name: the document’s inputs.' }),
    capabilities: z.object({
      stepTypes: z.array(z.string()).openapi({ description: 'The step types that it uses.' }),
      models: z.array(z.string()).openapi({ description: 'The models that it names.' }),
    }),
    files: z.array(z.object({ path: z.string(), size: z.int(), integrity: z.string() })),
  })
  .openapi('Version')

const route = createRoute({
  method: 'get',
  path: '/v1/packages/{scope}/{name}/versions/{version}',
  operationId: 'readVersion',
  summary: 'One version, which never changes',
  tags: ['packages'],
  request: { params: versionParameters },
  responses: {
    200: { description: 'The version', content: { 'application/json': { schema: versionSchema } } },
    304: { description: 'Not changed since the ETag that was sent' },
    ...problemResponses('invalid-request', 'not-found'),
  },
})

/** In characters: some thousands of versions of usual size. */
const cacheSize = 32 * 1024 * 1024

export function addReadVersion(api: Api, { database }: Services): void {
  const cache = new AnswerCache(cacheSize)
  api.openapi(route, async (context) => {
    const parameters = context.req.valid('param')
    const name = nameOf(parameters)
    const body = await cache.get(`${name}@${parameters.version}`, async () =>
      JSON.stringify(describeVersion(await readVersion(database, name, parameters.version))),
    )
    return context.body(body, 200, { 'content-type': 'application/json', 'cache-control': immutable })
  })
}

function describeVersion({ row, kind, files }: Awaited<ReturnType<typeof readVersion>>): z.infer<typeof versionSchema> {
  return {
    name: row.name,
    version: row.version,
    kind,
    integrity: row.integrity,
    publishedAt: row.publishedAt.toISOString(),
    publishedBy: row.publishedBy,
    manifest: row.manifest,
    document: row.document,
    parameters: (row.document?.['inputs'] ?? {}) as Record<string, unknown>,
    capabilities: capabilitiesOf(row.document),
    files: files.map(({ path, size, sha512 }) => ({ path, size, integrity: `sha512-${sha512}` })),
  }
}
