/** Keys as they usually look, for those that a command reads from somewhere else than its environment. */
const usualKeys = /\b(?:sk|pk|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{12,}|\bAIza[A-Za-z0-9_-]{20,}|\b(Bearer)\s+[A-Za-z0-9._~+/=-]{8,}/g

/** So much of a prompt is looked for, from its beginning, in characters, and so much in a row is recognised as its. */
const mostPrompt = 200_000
const leastQuote = 12

/** A text without the values given, without what looks like a key, and without what it quotes from the prompt. */
export function redactSecrets(text: string, secrets: Iterable<string>, prompt: string): string {
  let redacted = withoutQuotes(text, prompt.slice(0, mostPrompt))
  for (const secret of secrets) if (secret.length >= 6) redacted = redacted.replaceAll(secret, '[redacted]')
  return redacted.replaceAll(usualKeys, '[redacted]')
}

function withoutQuotes(text: string, prompt: string): string {
  let kept = ''
  for (let start = 0; start < text.length;) {
    let end = start + leastQuote
    if (end > text.length || !prompt.includes(text.slice(start, end))) {
      kept += text[start] ?? ''
      start += 1
      continue
    }
    while (end < text.length && prompt.includes(text.slice(start, end + 1))) end += 1
    kept += '[prompt]'
    start = end
  }
  return kept
}
