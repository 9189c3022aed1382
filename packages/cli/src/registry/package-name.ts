import { PipewrightError } from '@pipewright/kernel'

const starterScope = '@pipewright/'

/** A bare name means the starter library's scope. */
export function fullName(name: string): string {
  return name.startsWith('@') ? name : starterScope + name
}

/** `@scope/name@^1.0.0` as name and range. */
export function splitName(given: string): { readonly name: string; readonly range: string | undefined } {
  const at = given.indexOf('@', 1)
  return at === -1 ? { name: fullName(given), range: undefined } : { name: fullName(given.slice(0, at)), range: given.slice(at + 1) }
}

/** Where a registry has a package, or a version of it. @throws USAGE for what is no name */
export function packagePath(name: string, version?: string): string {
  const [, scope, short] = /^@([^/]+)\/([^/]+)$/.exec(fullName(name)) ?? []
  if (scope === undefined || short === undefined)
    throw new PipewrightError('USAGE', `"${name}" is not the name of a package.`, {
      hint: 'Write @scope/name, or a bare name of the starter library.',
    })
  const path = `/v1/packages/@${encodeURIComponent(scope)}/${encodeURIComponent(short)}`
  return version === undefined ? path : `${path}/versions/${encodeURIComponent(version)}`
}
