import { z } from '@hono/zod-openapi'

const scope = z
  .string()
  .max(40)
  .regex(/^@[a-z0-9][a-z0-9-]*$/, 'a scope: @ and then lower-case letters, digits and -')
  .openapi({ param: { name: 'scope', in: 'path' }, example: '@acme' })
const name = z
  .string()
  .max(80)
  .regex(/^[a-z0-9][a-z0-9_-]*$/, 'a name: lower-case letters, digits, - and _')
  .openapi({ param: { name: 'name', in: 'path' }, example: 'ticket-triage' })

export const version = z
  .string()
  .max(100)
  .regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'a semantic version, for example 1.0.0')
  .openapi({ example: '1.0.0' })
export const tagName = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9-]*$/, 'a tag: lower-case letters, digits and -, beginning with a letter')
  .openapi({ example: 'next' })

/** The package that an address names. */
export const packageParameters = z.object({ scope, name })
/** The version that an address names. */
export const versionParameters = packageParameters.extend({ version: version.openapi({ param: { name: 'version', in: 'path' } }) })

/** `@scope/name`. */
export function nameOf(parameters: z.infer<typeof packageParameters>): string {
  return `${parameters.scope}/${parameters.name}`
}
