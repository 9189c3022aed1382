/**
 * Text of documents, models and files as a terminal may be shown it: without the control characters that could move its
 * cursor, change its title or turn the direction of what follows.
 */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(/(?![\t\n])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD')
}
