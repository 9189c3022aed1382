import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const grantsFile = (state: string): string => join(state, 'grants.json')

/** Files outside the project that a person named for a pipeline in a requirement, by the pipeline's path. */
export async function readGrants(state: string, pipeline: string): Promise<readonly string[]> {
  return (await readAll(state))[pipeline] ?? []
}

/** Remembers, on this machine, that a pipeline may read files which the person named. */
export async function addGrants(state: string, pipeline: string, files: readonly string[]): Promise<void> {
  if (files.length === 0) return
  const all = await readAll(state)
  all[pipeline] = [...new Set([...(all[pipeline] ?? []), ...files])]
  await mkdir(dirname(grantsFile(state)), { recursive: true })
  await writeFile(grantsFile(state), `${JSON.stringify(all, null, 2)}\n`)
}

async function readAll(state: string): Promise<Record<string, string[]>> {
  const text = await readFile(grantsFile(state), 'utf8').catch(() => '{}')
  return JSON.parse(text) as Record<string, string[]>
}
