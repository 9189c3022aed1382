const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** A run reads the same few thousands of times. */
const known = new Map<string, number>()
const mostKnown = 1000

/** `90s`, `5m`, `1h`, `500ms` in milliseconds. The schema has checked the form. */
export function parseDuration(text: string): number {
  const before = known.get(text)
  if (before !== undefined) return before
  const ms = parse(text)
  if (known.size < mostKnown) known.set(text, ms)
  return ms
}

function parse(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  if (!match) throw new RangeError(`not a duration: ${text}`)
  return Number(match[1]) * units[match[2] as keyof typeof units]
}
