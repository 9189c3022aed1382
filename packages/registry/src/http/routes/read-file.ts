import { createRoute, z } from '@hono/zod-openapi'
import { readFile } from '../../packages/read-packages.js'
import { immutable } from '../caching.js'
import type { Api, Services } from '../environment.js'
import { nameOf, versionParameters } from '../parameters.js'
import { problemResponses } from '../problem-responses.js'

const route = createRoute({
  method: 'get',
  path: '/v1/packages/{scope}/{name}/versions/{version}/files/{path}',
  operationId: 'readFile',
  summary: 'A file of a version',
  description: 'The bytes as they were published, as plain text or as a stream of bytes: never as something that a browser runs.',
  tags: ['packages'],
  request: {
    params: versionParameters.extend({
      path: z
        .string()
        .max(500)
        .openapi({ param: { name: 'path', in: 'path' }, description: 'With its slashes, or with %2F.', example: 'pipeline.yaml' }),
    }),
  },
  responses: {
    200: {
      description: 'The file',
      content: {
        'text/plain': { schema: z.string() },
        'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) },
      },
    },
    304: { description: 'Not changed since the ETag that was sent' },
    ...problemResponses('invalid-request', 'quarantined', 'not-found'),
  },
})

export function addReadFile(api: Api, { database }: Services): void {
  api.openAPIRegistry.registerPath(route)
  // The same route, hidden and with a path that takes slashes, which OpenAPI cannot say.
  api.openapi({ ...route, path: `${route.path}{.+}`, hide: true }, async (context) => {
    const { path, ...parameters } = context.req.valid('param')
    const { content, sha512 } = await readFile(database, nameOf(parameters), parameters.version, path)
    return context.body(new Uint8Array(content), 200, {
      'content-type': isText(content) ? 'text/plain; charset=utf-8' : 'application/octet-stream',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': immutable,
      etag: `"${sha512}"`,
    })
  })
}

function isText(bytes: Uint8Array): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes).includes('\0')
  } catch {
    return false
  }
}
