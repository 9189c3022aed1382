import type { Context } from 'hono'
import { z } from 'zod'
import { packageKinds } from '@pipewright/kernel/documents'
import type { Api, Environment, Services } from '../http/environment.js'
import { listPage } from '../http/list-page.js'
import { packageParameters } from '../http/parameters.js'
import { problemTable } from '../http/problem-table.js'
import { Problem } from '../http/problem.js'
import { newestOf } from '../packages/dist-tags.js'
import { readFile, readPackage, readVersion } from '../packages/read-packages.js'
import { errorPage } from './error-page.js'
import { homePage } from './home-page.js'
import type { Markup } from './layout.js'
import { packagePage } from './package-page.js'
import { style } from './style.js'

const policy =
  "default-src 'none'; style-src 'self'; img-src data:; script-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
const pageSize = 24

const listQuery = z.object({
  q: z.string().max(1000).default(''),
  kind: z.enum(packageKinds).optional().catch(undefined),
  cursor: z.string().max(1000).optional(),
})

/** The pages for people, on the server alone: no script at all. */
export function addPages(api: Api, services: Services): void {
  api.get('/', async (context) => {
    const query = listQuery.safeParse(context.req.query())
    if (!query.success) throw new Problem('invalid-request', 'A search has at most 1,000 characters.')
    const { q, kind, cursor } = query.data
    const text = q.trim()
    const page = await listPage(services.search, {
      text,
      filter: { kind },
      by: text === '' ? 'updated' : 'relevance',
      limit: pageSize,
      cursor,
    })
    return answerPage(context, homePage({ text, kind, ...page, isFirst: cursor === undefined }))
  })
  api.get('/packages/:scope/:name', async (context) => {
    const parameters = packageParameters.safeParse(context.req.param())
    if (!parameters.success) throw new Problem('not-found', 'There is no such package.')
    const name = `${parameters.data.scope}/${parameters.data.name}`
    return answerPage(context, await readPage(services, name, context.req.query('version')))
  })
  api.get('/style.css', (context) =>
    context.body(style, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=3600' }),
  )
}

/** Whether it is a person who looks, and not a program of the API's. */
export function wantsPage(context: Context<Environment>): boolean {
  return !context.req.path.startsWith('/v1/') && (context.req.header('accept') ?? '').includes('text/html')
}

export function answerErrorPage(context: Context<Environment>, problem: Problem): Response | Promise<Response> {
  return answerPage(context, errorPage(problem), problemTable[problem.code].status)
}

function answerPage(context: Context<Environment>, page: Markup, status: 200 | (typeof problemTable)[Problem['code']]['status'] = 200) {
  return context.html(page, status, {
    'content-security-policy': policy,
    'cache-control': status === 200 ? 'public, max-age=60' : 'no-store',
  })
}

async function readPage({ database }: Services, name: string, wanted: string | undefined): Promise<Markup> {
  const { row, versions, tags } = await readPackage(database, name)
  const version = wanted ?? tags['latest'] ?? newestOf(versions.map((one) => one.version))
  const shown = versions.find((one) => one.version === version)
  if (!shown) throw new Problem('not-found', `${name} has no such version.`)
  const { files } = await readVersion(database, name, shown.version)
  const hasReadme = !shown.quarantined && files.some(({ path }) => path === 'README.md')
  const readme = hasReadme ? await readFile(database, name, shown.version, 'README.md') : undefined
  return packagePage({
    name,
    kind: row.kind,
    owner: row.owner,
    latest: tags['latest'],
    shown,
    files,
    readme: readme && Buffer.from(readme.content).toString('utf8'),
    versions,
  })
}
