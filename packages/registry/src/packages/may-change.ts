import { eq } from 'drizzle-orm'
import type { Queries } from '../database/open-database.js'
import { packages, scopes } from '../database/schema.js'
import { Problem } from '../http/problem.js'
import { mayDo, type Caller, type TokenScope } from '../tokens/tokens.js'

/** The scope of the starter library: a bare name means it, so only an administrator may begin anything there. */
const reservedScope = '@pipewright'

/** Whether a caller may publish under a name: its package's owner, or for a new one the scope's. @throws Problem */
export async function mustMayPublish(queries: Queries, caller: Caller, name: string): Promise<void> {
  const owner = await ownerOf(queries, name)
  mustHave(caller, owner === undefined ? 'publish-new' : 'publish-update', name)
  if (caller.scopes.includes('admin')) return
  if (owner !== undefined) {
    if (owner !== caller.owner) throw new Problem('not-owner', `${name} belongs to ${owner}.`)
    return
  }
  const scope = scopeOf(name)
  const [found] = await queries.select({ owner: scopes.owner }).from(scopes).where(eq(scopes.scope, scope))
  if (found ? found.owner !== caller.owner : scope === reservedScope)
    throw new Problem('not-owner', `The scope ${scope} belongs to ${found?.owner ?? 'the administrators'}.`)
}

/** Whether a caller may change a package that exists. @throws Problem */
export async function mustOwn(queries: Queries, caller: Caller, scope: TokenScope, name: string): Promise<void> {
  mustHave(caller, scope, name)
  const owner = await ownerOf(queries, name)
  if (owner === undefined) throw new Problem('not-found', `There is no package ${name}.`)
  if (owner !== caller.owner && !caller.scopes.includes('admin')) throw new Problem('not-owner', `${name} belongs to ${owner}.`)
}

/** `@scope` of `@scope/name`. */
export function scopeOf(name: string): string {
  return name.slice(0, name.indexOf('/'))
}

function mustHave(caller: Caller, scope: TokenScope, name: string): void {
  if (mayDo(caller, scope, name)) return
  throw new Problem('forbidden', `This needs the scope ${scope}${caller.packages.length > 0 ? ` for ${name}` : ''}.`)
}

async function ownerOf(queries: Queries, name: string): Promise<string | undefined> {
  const [row] = await queries.select({ owner: packages.owner }).from(packages).where(eq(packages.name, name))
  return row?.owner
}
