import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Database } from '../database/open-database.js'
import { tokens } from '../database/schema.js'
import { administrator, newTokenRow } from './tokens.js'

const rowSchema = z.strictObject({
  id: z.uuid(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  owner: z.string(),
  label: z.string(),
  scopes: z.array(z.string()),
  packages: z.array(z.string()),
  createdAt: z.coerce.date(),
  expiresAt: z.null(),
  revokedAt: z.null(),
})

/**
 * Leaves an administrator's token, its hash only, in the folder of an embedded registry for the process that has it open,
 * which takes it when it first meets the token. Whoever may write there could change the database itself.
 * @returns the token, shown once
 */
export async function leaveAdministratorToken(dataDirectory: string, name: string): Promise<string> {
  const { token, row } = newTokenRow(administrator(name), new Date())
  const folder = folderOf(dataDirectory)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `${row.id}.json`)
  // Written beside and moved, so that it is never taken half.
  await writeFile(`${file}.part`, JSON.stringify(row), { mode: 0o600 })
  await rename(`${file}.part`, file)
  return token
}

/** Takes the tokens that were left. @returns whether there were any */
export async function takeLeftTokens(database: Database, dataDirectory: string): Promise<boolean> {
  const folder = folderOf(dataDirectory)
  const left = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'))
  for (const name of left) {
    const file = join(folder, name)
    const row = rowSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    await database.queries.insert(tokens).values(row).onConflictDoNothing()
    await rm(file, { force: true })
  }
  return left.length > 0
}

function folderOf(dataDirectory: string): string {
  return join(dataDirectory, 'left-tokens')
}
