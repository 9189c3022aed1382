import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { and, desc, eq, isNull } from 'drizzle-orm'
import type { Database } from '../database/open-database.js'
import { tokens } from '../database/schema.js'

/** What a token may do. `admin` may do everything. */
export const tokenScopes = ['publish-new', 'publish-update', 'yank', 'review', 'admin'] as const
export type TokenScope = (typeof tokenScopes)[number]

/** Who is asking, as a valid token says. */
export interface Caller {
  readonly tokenId: string
  readonly owner: string
  readonly scopes: readonly TokenScope[]
  /** Names or `@scope/*`; empty for all. */
  readonly packages: readonly string[]
}

export interface NewToken {
  readonly owner: string
  readonly label: string
  readonly scopes: readonly TokenScope[]
  readonly packages?: readonly string[]
  readonly expiresAt?: Date | null
}

const prefix = 'pwt_'

export type TokenRow = typeof tokens.$inferSelect

/** A new token, and what is kept of it: never the token itself. */
export function newTokenRow(token: NewToken, now: Date): { readonly token: string; readonly row: TokenRow } {
  const secret = prefix + randomBytes(32).toString('base64url')
  const row: TokenRow = {
    id: randomUUID(),
    hash: hashOf(secret),
    owner: token.owner,
    label: token.label,
    scopes: [...token.scopes],
    packages: [...(token.packages ?? [])],
    createdAt: now,
    expiresAt: token.expiresAt ?? null,
    revokedAt: null,
  }
  return { token: secret, row }
}

/** Makes a token and keeps its hash. @returns the token itself, which is never seen again, and what is kept of it */
export async function createToken(database: Database, token: NewToken, now = new Date()): Promise<ReturnType<typeof newTokenRow>> {
  const made = newTokenRow(token, now)
  await database.queries.insert(tokens).values(made.row)
  return made
}

/** An administrator's token, for the first steps of a registry. @returns the token, shown once */
export async function createAdministratorToken(database: Database, { name }: { readonly name: string }): Promise<string> {
  return (await createToken(database, administrator(name))).token
}

/** What an administrator's token is made of. */
export function administrator(name: string): NewToken {
  return { owner: name, label: 'administrator', scopes: ['admin'] }
}

/** Who a token belongs to; null when it is not one, has expired or was revoked. Found by its hash, so in constant time. */
export async function findCaller(database: Database, secret: string, now = new Date()): Promise<Caller | null> {
  if (!secret.startsWith(prefix) || secret.length > 200) return null
  const [row] = await database.queries
    .select()
    .from(tokens)
    .where(eq(tokens.hash, hashOf(secret)))
    .limit(1)
  if (!row || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= now)) return null
  return { tokenId: row.id, owner: row.owner, scopes: row.scopes as TokenScope[], packages: row.packages }
}

/** An owner's tokens, the newest first. */
export async function listTokens(database: Database, owner: string): Promise<TokenRow[]> {
  return database.queries.select().from(tokens).where(eq(tokens.owner, owner)).orderBy(desc(tokens.createdAt), tokens.id)
}

/** @returns whether there was such a token to revoke */
export async function revokeToken(database: Database, owner: string, id: string, now = new Date()): Promise<boolean> {
  const revoked = await database.queries
    .update(tokens)
    .set({ revokedAt: now })
    .where(and(eq(tokens.id, id), eq(tokens.owner, owner), isNull(tokens.revokedAt)))
    .returning({ id: tokens.id })
  return revoked.length > 0
}

/** Whether a token may do something, to a package if one is named. */
export function mayDo(caller: Caller, scope: TokenScope, name?: string): boolean {
  if (!caller.scopes.includes('admin') && !caller.scopes.includes(scope)) return false
  return name === undefined || caller.packages.length === 0 || caller.packages.some((allowed) => covers(allowed, name))
}

/** Whether a token may make another with these rights: never more than it has itself. */
export function mayGrant(caller: Caller, scopes: readonly TokenScope[], packages: readonly string[]): boolean {
  if (!scopes.every((scope) => mayDo(caller, scope))) return false
  if (caller.packages.length === 0) return true
  return packages.length > 0 && packages.every((wanted) => caller.packages.some((allowed) => covers(allowed, wanted)))
}

/** Whether a name, or `@scope/*`, is within what another allows. */
function covers(allowed: string, name: string): boolean {
  return allowed === name || (allowed.endsWith('/*') && name.startsWith(allowed.slice(0, -1)))
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
