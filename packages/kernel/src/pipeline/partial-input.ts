import type { CompiledValue } from './compiled-value.js'
import type { DocumentPath } from './source-map.js'
import type { Scope } from './template-engine.js'

/**
 * The `with:` of a step as far as it is known before running. Text whose values are not known yet stands as it is written:
 * its length is the best that can be said of it.
 */
export function partialInput(
  given: Readonly<Record<string, unknown>>,
  compiled: CompiledValue,
  scope: Scope,
): { readonly input: Record<string, unknown>; readonly isWhole: boolean } {
  try {
    return { input: compiled.evaluate(scope) as Record<string, unknown>, isWhole: true }
  } catch {
    // Some of its templates need what is not there yet.
  }
  const input = structuredClone(given)
  for (const { path, template } of compiled.templates) {
    try {
      put(input, path, template.evaluate(scope))
    } catch {
      // This one does: its text stays.
    }
  }
  return { input, isWhole: false }
}

function put(root: unknown, path: DocumentPath, value: unknown): void {
  const parent = path.slice(0, -1).reduce<unknown>((node, key) => (node as Record<string | number, unknown>)[key], root)
  const last = path.at(-1)
  if (last !== undefined) (parent as Record<string | number, unknown>)[last] = value
}
