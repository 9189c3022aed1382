// Builds dist/empty-database.tar.gz: a PGlite database with all tables and no rows. Making one takes seconds of work, taking
// this one a tenth of that. Done again only when the migrations or PGlite have changed.
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const migrationsFolder = join(root, 'migrations')
const target = join(root, 'dist', 'empty-database.tar.gz')
const keyFile = join(root, 'dist', 'empty-database.key')

const key = await currentKey()
if (key !== (await readFile(keyFile, 'utf8').catch(() => ''))) {
  // Loaded only now: it takes longer than seeing that there is nothing to do.
  const [{ PGlite }, { drizzle }, { migrate }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('drizzle-orm/pglite'),
    import('drizzle-orm/pglite/migrator'),
  ])
  const folder = await mkdtemp(join(tmpdir(), 'pipewright-empty-'))
  try {
    const client = await PGlite.create(folder)
    await migrate(drizzle(client), { migrationsFolder })
    const archive = await client.dumpDataDir('gzip')
    await client.close()
    await writeFile(target, Buffer.from(await archive.arrayBuffer()))
    await writeFile(keyFile, key)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function currentKey() {
  const hash = createHash('sha256').update(createRequire(import.meta.url).resolve('@electric-sql/pglite'))
  for (const name of (await readdir(migrationsFolder)).filter((file) => file.endsWith('.sql')).sort())
    hash.update(name).update(await readFile(join(migrationsFolder, name)))
  return hash.digest('hex')
}
