import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** As much of a plugin's manifest as it takes to hand it its configuration; the host checks the whole of it. */
export async function readPluginName(directory: string): Promise<{ readonly name: string; readonly providers: readonly string[] }> {
  const text = await readFile(join(directory, 'package.json'), 'utf8').catch(() => '{}')
  const { name = directory, pipewright } = JSON.parse(text) as {
    name?: string
    pipewright?: { contributes?: { kind?: string; id?: string }[] }
  }
  const contributes = Array.isArray(pipewright?.contributes) ? pipewright.contributes : []
  return { name, providers: contributes.flatMap(({ kind, id }) => (kind === 'provider' && id !== undefined ? [id] : [])) }
}

/**
 * What `providers:` says to a plugin: the block of its one provider, or a map of blocks when it has several.
 * @param used gains the ids that found their plugin
 */
export function providerConfig(
  ids: readonly string[],
  providers: Readonly<Record<string, unknown>> | undefined,
  used: Set<string>,
): unknown {
  const given = ids.filter((id) => providers?.[id] !== undefined)
  for (const id of given) used.add(id)
  if (given.length === 0) return undefined
  const [only] = ids
  return ids.length === 1 && only !== undefined ? providers?.[only] : Object.fromEntries(given.map((id) => [id, providers?.[id]]))
}
