import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { etag } from 'hono/etag'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { secureHeaders } from 'hono/secure-headers'
import { timeout } from 'hono/timeout'
import { addPages, answerErrorPage, wantsPage } from '../pages/add-pages.js'
import { describeDefect } from './describe-defect.js'
import type { Api, Environment, Services } from './environment.js'
import { Problem, answerProblem } from './problem.js'
import { addChangeVersion } from './routes/change-version.js'
import { addDocumentation } from './routes/documentation.js'
import { addHealth } from './routes/health.js'
import { addListPackages } from './routes/list-packages.js'
import { addMe } from './routes/me.js'
import { addMyTokens } from './routes/my-tokens.js'
import { addPublish } from './routes/publish.js'
import { addReadFile } from './routes/read-file.js'
import { addReadPackage } from './routes/read-package.js'
import { addReadVersion } from './routes/read-version.js'
import { addSetTag } from './routes/set-tag.js'
import { splitScope } from './split-scope.js'
import { toProblem } from './to-problem.js'

const requestTimeoutMs = 30_000

/** The whole service as a function from requests to responses: no socket, no state but what the services hold. */
export function createApi(services: Services, version: string): Api {
  const api = new OpenAPIHono<Environment>({
    getPath: splitScope,
    defaultHook: (result) => {
      if (result.success) return
      const [issue] = result.error.issues
      const place = [result.target, ...(issue?.path ?? [])].map(String).join('.')
      throw new Problem('invalid-request', `${place}: ${issue?.message ?? 'not valid'}`)
    },
  })
  api.use(requestId())
  api.use(secureHeaders({ referrerPolicy: 'no-referrer', crossOriginResourcePolicy: 'same-origin', strictTransportSecurity: false }))
  api.use(methodNotAllowed({ app: api, onMethodNotAllowed: refuseMethod }))
  api.use(timeout(requestTimeoutMs, () => new Problem('unavailable', 'The request took too long.') as never))
  api.use(etag())
  for (const add of [
    addHealth,
    addListPackages,
    addReadPackage,
    addReadVersion,
    addReadFile,
    addPublish,
    addChangeVersion,
    addSetTag,
    addMe,
    addMyTokens,
  ])
    add(api, services)
  addDocumentation(api, version)
  addPages(api, services)
  const answer = (context: Context<Environment>, problem: Problem): Response | Promise<Response> =>
    wantsPage(context) ? answerErrorPage(context, problem) : answerProblem(context, problem)
  api.notFound((context) => answer(context, new Problem('not-found', `There is nothing at ${context.req.path.slice(0, 200)}.`)))
  api.onError((error, context) => {
    const problem = toProblem(error)
    if (problem.code === 'internal' || problem.code === 'unavailable')
      services.report(`Request ${context.get('requestId')}: ${describeDefect(error)}`)
    return answer(context, problem)
  })
  return api

  function refuseMethod(context: Parameters<typeof answerProblem>[0], methods: string[]): Response {
    const problem = new Problem('method-not-allowed', `${context.req.method} is not one of ${methods.join(', ')}.`, {
      allow: methods.join(', '),
    })
    return answerProblem(context, problem)
  }
}
