const maxDepth = 40

/**
 * Why a value cannot be kept as JSON in the database: PostgreSQL takes neither NUL nor half a character, and nesting
 * without end exhausts whatever reads it. Looks without recursion, so that it is not exhausted itself.
 * @returns undefined when it can
 */
export function whyNotKept(value: unknown): string | undefined {
  const left: { readonly part: unknown; readonly depth: number }[] = [{ part: value, depth: 0 }]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { part, depth } = next
    if (typeof part === 'string' && !isKeepable(part)) return 'has a text with a NUL or half a character in it'
    if (typeof part !== 'object' || part === null) continue
    if (depth >= maxDepth) return `is nested more than ${maxDepth} levels deep`
    for (const [key, child] of Object.entries(part)) {
      if (!isKeepable(key)) return 'has a key with a NUL or half a character in it'
      left.push({ part: child, depth: depth + 1 })
    }
  }
  return undefined
}

/** Whether PostgreSQL takes a text. */
export function isKeepable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
