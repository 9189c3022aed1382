// Builds dist/bundle: the service in a few files. Loading drizzle's and Hono's many modules one by one takes five times as long.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'dist', 'bundle')

// Left outside: what others load as well, what has files of its own beside it, and what is seldom needed.
const external = [/^@pipewright\//, /^@electric-sql\/pglite/, /^zod$/, /^semver$/, /^postgres$/, /^markdown-it$/]

await rm(folder, { recursive: true, force: true })
const bundle = await rolldown({ input: join(root, 'dist', 'index.js'), platform: 'node', external, logLevel: 'warn' })
await bundle.write({ dir: folder, format: 'esm', sourcemap: true })
await bundle.close()
