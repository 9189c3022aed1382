const prefix = 'config:'

/**
 * What an entry of a manifest's permissions stands for. `config:baseUrl` is the text that the plugin's configuration has
 * there, or its list of texts; a dot leads deeper, `*` into each. Anything else stands for itself: undefined.
 */
export function configuredValues(entry: string, config: unknown): string[] | undefined {
  if (!entry.startsWith(prefix)) return undefined
  const keys = entry.slice(prefix.length).split('.')
  const found = keys.reduce<unknown[]>((nodes, key) => nodes.flatMap((node) => below(node, key)), [config])
  return found.flat().filter((value) => typeof value === 'string')
}

function below(node: unknown, key: string): unknown[] {
  if (typeof node !== 'object' || node === null) return []
  if (key === '*') return Object.values(node)
  return Object.hasOwn(node, key) ? [(node as Record<string, unknown>)[key]] : []
}
