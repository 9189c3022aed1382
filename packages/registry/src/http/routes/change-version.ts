import { createRoute, z } from '@hono/zod-openapi'
import { changeVersion, type VersionChange } from '../../packages/change-version.js'
import type { Api, Services } from '../environment.js'
import { nameOf, versionParameters } from '../parameters.js'
import { problemResponses } from '../problem-responses.js'
import { keepableText } from '../text.js'
import { security, writeHeaders, writeProblems, writing } from '../writing.js'

const reasonSchema = z.object({ reason: keepableText(1000).optional() }).openapi('Reason')
const changedSchema = z
  .object({ name: z.string(), version: z.string(), change: z.enum(['yank', 'unyank', 'deprecate']) })
  .openapi('Changed')

const summaries: Readonly<Record<VersionChange, string>> = {
  yank: 'Take a version out of new installations; what is pinned keeps working',
  unyank: 'Take a yank back',
  deprecate: 'Say that a version should no longer be used',
}

export function addChangeVersion(api: Api, services: Services): void {
  for (const change of ['yank', 'unyank', 'deprecate'] as const) {
    const route = createRoute({
      method: 'post',
      path: `/v1/packages/{scope}/{name}/versions/{version}/${change}`,
      operationId: `${change}Version`,
      summary: summaries[change],
      tags: ['packages'],
      security,
      middleware: writing(services, 'yank'),
      request: {
        params: versionParameters,
        headers: writeHeaders,
        body: { required: false, content: { 'application/json': { schema: reasonSchema } } },
      },
      responses: {
        200: { description: 'Done, or done before', content: { 'application/json': { schema: changedSchema } } },
        ...problemResponses(...writeProblems, 'not-owner', 'not-found'),
      },
    })
    api.openapi(route, async (context) => {
      const parameters = context.req.valid('param')
      const [name, version] = [nameOf(parameters), parameters.version]
      const { reason = '' } = context.req.valid('json')
      await changeVersion(services.database, context.get('caller'), { name, version, change, reason })
      return context.json({ name, version, change }, 200)
    })
  }
}
