/** Keys as they usually look, for those that a command reads from somewhere else than its environment. */
const usualKeys = /\b(?:sk|pk|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{12,}|\bAIza[A-Za-z0-9_-]{20,}|\b(Bearer)\s+[A-Za-z0-9._~+/=-]{8,}/g

/** A text without the values given and without what looks like a key. */
export function redactSecrets(text: string, secrets: Iterable<string>): string {
  let redacted = text
  for (const secret of secrets) if (secret.length >= 6) redacted = redacted.replaceAll(secret, '[redacted]')
  return redacted.replaceAll(usualKeys, '[redacted]')
}
