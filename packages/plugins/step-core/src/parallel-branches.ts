/**
 * The nodes of a JSONata expression that are evaluated side by side: the values of groups and of objects, one evaluation
 * for each key. They are many at once without any recursion.
 */
export function parallelBranches(root: unknown): ReadonlySet<unknown> {
  const found = new Set<unknown>()
  const seen = new Set<unknown>()
  const left = [root]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (typeof node !== 'object' || node === null || seen.has(node)) continue
    seen.add(node)
    // Key and value of a group stand as a pair in its `lhs`.
    if ('lhs' in node && Array.isArray(node.lhs)) for (const pair of node.lhs as unknown[]) if (Array.isArray(pair)) found.add(pair[1])
    left.push(...(Object.values(node) as unknown[]))
  }
  return found
}
