import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { anyText, arbitraryOf, type JsonSchema } from '../fixtures/schema-arbitrary.js'
import { templateSubmission } from '../fixtures/submissions.js'
import { testClient, type Answer, type TestClient } from '../fixtures/test-client.js'
import type { TestDatabase } from '../fixtures/test-database.js'

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: JsonSchema
}
interface Content {
  readonly [type: string]: { readonly schema: JsonSchema }
}
interface Operation {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
  readonly security?: unknown
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

interface Sent {
  readonly parameters: Readonly<Record<string, string | undefined>>
  readonly body: unknown
  readonly token: 'administrator' | 'publisher' | 'none'
}

const numRuns = process.env['PIPEWRIGHT_FULL'] === '1' ? 2000 : 40

/** The document that is served, against the routes that serve it: part of the suite that runs on PGlite and on PostgreSQL. */
export function describeOpenApi(test: () => TestDatabase): void {
  describe('what the OpenAPI document says', () => {
    let client: TestClient
    let api: OpenApi
    let tokens: Record<'administrator' | 'publisher', string>
    const ajv = new Ajv2020({ strict: false, formats: { 'date-time': isTime, uuid: isUuid, binary: true } })
    const compiled = new Map<string, ValidateFunction>()

    beforeAll(async () => {
      client = testClient(test().database, { patienceMs: 0 })
      tokens = {
        administrator: await client.token({ owner: 'root', scopes: ['admin'] }),
        publisher: await client.token({ owner: 'fuzz', scopes: ['publish-new'] }),
      }
      for (const version of ['1.0.0', '1.1.0']) {
        const json = templateSubmission({ name: '@fuzz/shout', version })
        await client.send('PUT', `/v1/packages/@fuzz/shout/versions/${version}`, { token: tokens.administrator, json })
      }
      api = (await client.send('GET', '/v1/openapi.json')).body as OpenApi
      ajv.addSchema(api, 'openapi')
    })

    const resolve = (reference: string): JsonSchema => api.components.schemas[reference.split('/').at(-1) ?? ''] ?? {}
    const fits = (schema: JsonSchema, value: unknown): boolean => {
      const text = JSON.stringify(schema).replaceAll('"#/', '"openapi#/')
      const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object)
      compiled.set(text, validate)
      return validate(value)
    }

    it('has a route and a token for every operation that needs one', async () => {
      for (const [path, methods] of Object.entries(api.paths)) {
        for (const [method, { security }] of Object.entries(methods)) {
          const address = path.replaceAll(/\{(\w+)\}/g, 'x')
          const { status } = await client.send(method.toUpperCase(), address)
          expect([405, 501], `${method} ${path}`).not.toContain(status)
          expect(status === 401, `${method} ${path}`).toBe(security !== undefined)
        }
      }
    })

    it('is what random requests are held to, and what they are answered with', async () => {
      for (const [path, methods] of Object.entries(api.paths))
        for (const [method, operation] of Object.entries(methods))
          await fc.assert(
            fc.asyncProperty(requests(operation), async (sent) => {
              const answer = await send(method.toUpperCase(), path, operation, sent)
              checkAnswer(operation, answer)
              if (operation.security !== undefined && sent.token === 'none') expect(answer.status).toBe(401)
              else if (!isValid(operation, sent)) expect(answer.status).toBeGreaterThanOrEqual(400)
              else if (sent.token === 'administrator') expect(foreseen(answer)).toBe(true)
            }),
            { numRuns, seed: 20_261_125 },
          )
    }, 600_000)

    /** A request that fits the document was not refused for its form, but for reasons that a schema cannot say. */
    function foreseen({ status, text }: Answer): boolean {
      return status !== 400 || /invalid-cursor|manifest has a|manifest is nested|NUL or half|no JSON|not JSON/.test(text)
    }

    function requests(operation: Operation): fc.Arbitrary<Sent> {
      const garbage = fc.oneof(anyText(60), fc.constantFrom('', '..', '%', '\0', '@', '1.0.0', '@fuzz', 'shout'))
      const known: Readonly<Record<string, string>> = { scope: '@fuzz', name: 'shout', version: '1.0.0', path: 'pipeline.yaml' }
      const parameter = ({ name, in: place, required, schema }: Parameter): fc.Arbitrary<string | undefined> => {
        // What comes with an address is text.
        const right = arbitraryOf(schema, resolve).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
        const usual = known[name] === undefined ? right : fc.constant(known[name])
        const any = fc.oneof({ weight: 6, arbitrary: usual }, { weight: 2, arbitrary: right }, { weight: 1, arbitrary: garbage })
        // A segment that is empty or made of dots, or a scope with the slash that may follow it, makes another address of it.
        const isSegment = (value: string): boolean => !['', '.', '..'].includes(value) && !(name === 'scope' && value.includes('/'))
        const one = place === 'path' ? any.filter(isSegment) : any
        return required ? one : fc.option(one, { nil: undefined })
      }
      const schema = operation.requestBody?.content['application/json']?.schema
      return fc.record({
        parameters: fc.record(Object.fromEntries((operation.parameters ?? []).map((one) => [one.name, parameter(one)]))),
        body: schema
          ? fc.oneof({ weight: 4, arbitrary: arbitraryOf(schema, resolve) }, { weight: 1, arbitrary: fc.jsonValue() })
          : fc.constant(undefined),
        token: fc.oneof(
          { weight: 4, arbitrary: fc.constant('administrator' as const) },
          { weight: 1, arbitrary: fc.constantFrom('publisher' as const, 'none' as const) },
        ),
      })
    }

    function send(method: string, path: string, { parameters = [] }: Operation, sent: Sent): Promise<Answer> {
      let address = path
      const query = new URLSearchParams()
      const headers: Record<string, string> = {}
      for (const { name, in: place } of parameters) {
        const value = sent.parameters[name]
        if (value === undefined) continue
        if (place === 'path') address = address.replace(`{${name}}`, () => encodeURIComponent(value.toWellFormed()))
        if (place === 'query') query.set(name, value)
        if (place === 'header') headers[name] = isHeader(value) ? value : 'no header'
      }
      const token = sent.token === 'none' ? {} : { token: tokens[sent.token] }
      return client.send(method, `${address}?${query.toString()}`, {
        ...token,
        headers,
        ...(sent.body === undefined ? {} : { json: sent.body }),
      })
    }

    function isValid({ parameters = [], requestBody }: Operation, sent: Sent): boolean {
      const isRight = ({ name, schema, in: place }: Parameter): boolean => {
        const value = sent.parameters[name]
        if (value === undefined) return true
        if (place === 'header' && !isHeader(value)) return false
        return fits(schema, schema.type === 'integer' && /^\d+$/.test(value) ? Number(value) : value)
      }
      const schema = requestBody?.content['application/json']?.schema
      return parameters.every(isRight) && (schema === undefined || fits(schema, JSON.parse(JSON.stringify(sent.body))))
    }

    function checkAnswer({ operationId, responses }: Operation, { status, headers, body, text }: Answer): void {
      // Not that of the operation: an empty or dotted part of an address makes it another one.
      const type = headers.get('content-type')?.split(';')[0] ?? ''
      const isElsewhere = (status === 404 || status === 405) && type === 'application/problem+json'
      const response = responses[String(status)]
      expect(response !== undefined || isElsewhere, `${operationId} answered ${status}: ${text.slice(0, 300)}`).toBe(true)
      expect(status, text.slice(0, 300)).not.toBe(500)
      const content = response?.content?.[type]
      if (response?.content) expect(content, `${operationId} answered ${status} as ${type}`).toBeDefined()
      if (content && body !== undefined) expect(fits(content.schema, body), `${operationId}: ${text.slice(0, 300)}`).toBe(true)
    }
  })
}

const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const isUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

function isHeader(value: string): boolean {
  return /^[\x21-\x7e]*$/.test(value)
}
