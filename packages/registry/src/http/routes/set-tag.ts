import { createRoute, z } from '@hono/zod-openapi'
import { setTag } from '../../packages/change-version.js'
import type { Api, Services } from '../environment.js'
import { nameOf, packageParameters, tagName, version } from '../parameters.js'
import { problemResponses } from '../problem-responses.js'
import { security, writeHeaders, writeProblems, writing } from '../writing.js'

export function addSetTag(api: Api, services: Services): void {
  const route = createRoute({
    method: 'put',
    path: '/v1/packages/{scope}/{name}/tags/{tag}',
    operationId: 'setTag',
    summary: 'Point a dist-tag at a version',
    tags: ['packages'],
    security,
    middleware: writing(services, 'publish-update'),
    request: {
      params: packageParameters.extend({ tag: tagName.openapi({ param: { name: 'tag', in: 'path' } }) }),
      headers: writeHeaders,
      body: { required: true, content: { 'application/json': { schema: z.object({ version }).openapi('TagTarget') } } },
    },
    responses: {
      200: {
        description: 'The tag points there',
        content: { 'application/json': { schema: z.object({ name: z.string(), tag: z.string(), version: z.string() }).openapi('Tag') } },
      },
      ...problemResponses(...writeProblems, 'not-owner', 'not-found'),
    },
  })
  api.openapi(route, async (context) => {
    const { tag, ...parameters } = context.req.valid('param')
    const target = { name: nameOf(parameters), tag, version: context.req.valid('json').version }
    await setTag(services.database, context.get('caller'), target)
    return context.json(target, 200)
  })
}
