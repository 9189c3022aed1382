import { createRoute, z } from '@hono/zod-openapi'
import { publishVersion } from '../../packages/publish-version.js'
import { submissionSchema } from '../../packages/submission.js'
import type { Api, Services } from '../environment.js'
import { nameOf, versionParameters } from '../parameters.js'
import { problemResponses } from '../problem-responses.js'
import { security, writeHeaders, writeProblems, writing } from '../writing.js'

/** 5 MiB of files grow by a third as base64, and text by what JSON escapes. */
const maxBody = 10 * 1024 * 1024

const publishedSchema = z
  .object({ name: z.string(), version: z.string(), integrity: z.string(), created: z.boolean() })
  .openapi('Published')
const answer = { 'application/json': { schema: publishedSchema } }

export function addPublish(api: Api, services: Services): void {
  const route = createRoute({
    method: 'put',
    path: '/v1/packages/{scope}/{name}/versions/{version}',
    operationId: 'publishVersion',
    summary: 'Publish a version',
    description: 'Whole or not at all. The same again is no error; a version that stands never gets other contents.',
    tags: ['packages'],
    security,
    middleware: writing(services, 'publish', maxBody),
    request: {
      params: versionParameters,
      headers: writeHeaders,
      body: { required: true, content: { 'application/json': { schema: submissionSchema } } },
    },
    responses: {
      200: { description: 'The same had been published before', content: answer },
      201: { description: 'Published', content: answer },
      ...problemResponses(...writeProblems, 'not-owner', 'conflict', 'invalid-package', 'integrity-mismatch'),
    },
  })
  api.openapi(route, async (context) => {
    const parameters = context.req.valid('param')
    const publication = { name: nameOf(parameters), version: parameters.version, submission: context.req.valid('json') }
    const published = await publishVersion(services.database, context.get('caller'), publication, services.now())
    return context.json(published, published.created ? 201 : 200)
  })
}
