import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Api } from '../environment.js'

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The registry’s API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`
const start = `SwaggerUIBundle({ url: '/v1/openapi.json', dom_id: '#swagger-ui', validatorUrl: null })\n`

/** Nothing from elsewhere, whatever Swagger's own code would load; it does write style attributes. */
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'"

const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
}

/** `/v1/openapi.json`, made from the routes that are there, and `/docs`, which shows it with nothing from elsewhere. */
export function addDocumentation(api: Api, version: string): void {
  api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token: an administrator makes the first with `pipewright registry token`, /v1/me/tokens makes others.',
  })
  let document: string | undefined
  api.get('/v1/openapi.json', (context) => {
    document ??= JSON.stringify(
      api.getOpenAPI31Document({
        openapi: '3.1.0',
        info: {
          title: 'Pipewright registry',
          version,
          description:
            'Templates, components and plugins. Errors are RFC 9457 problem details; lists have cursors; times are RFC 3339 in UTC.',
          license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
        },
        servers: [{ url: '/' }],
      }),
    )
    return context.body(document, 200, { 'content-type': 'application/json', 'cache-control': 'public, max-age=60' })
  })
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  api.get('/docs', (context) => context.html(page, 200, { 'content-security-policy': policy }))
  api.get('/docs/start.js', (context) => context.body(start, 200, { 'content-type': 'text/javascript; charset=utf-8' }))
  for (const [name, type] of Object.entries(assets))
    api.get(`/docs/${name}`, async (context) =>
      context.body(new Uint8Array(await readFile(join(folder, name))), 200, {
        'content-type': type,
        'cache-control': 'public, max-age=3600',
      }),
    )
}
